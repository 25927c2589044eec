import * as tf from '@tensorflow/tfjs-core';
import {type LayerVariable, layers} from '@tensorflow/tfjs-layers';
import {adagrad, adamW, type Optimizer, sgd} from 'face-margins';
import {describe, expect, it} from 'vitest';
import type {Layer} from '../../../src/base/layer';
import {type Parameter, Updater} from '../../../src/train/optimizers/updater';
import golden from '../../fixtures/train/optimizers.json';
import {describeOnBackends} from '../../support/backends';

const optimizers: Record<string, (options: object) => Optimizer> = {sgd, adamW, adagrad};

/** A layer's weights as something to train, 1 everywhere at first. */
function parametersOf(layer: Layer, inputShape: number[]): Parameter[] {
  layer.build([null, ...inputShape]);
  return layer.weights.map(weight => {
    const role = weight.originalName.split('/').pop() as string;
    tf.tidy(() => void weight.write(tf.ones(weight.shape as number[])));
    return {name: role, layer, role, weight, learningRate: 1, part: 'backbone'};
  });
}

const variableOf = ({weight}: {weight: LayerVariable}) => weight.read() as tf.Variable;

describeOnBackends('optimizers', () => {
  it.each(golden.cases)('$optimizer $options follows PyTorch', ({optimizer, options, weights}) => {
    const [kernel] = parametersOf(layers.dense({units: 4, useBias: false}), [3]);
    tf.tidy(() => void kernel.weight.write(tf.tensor2d(golden.start)));
    const before = tf.memory().numTensors;
    const updater = new Updater(optimizers[optimizer](options), [kernel]);
    for (const [i, learningRate] of golden.learningRates.entries()) {
      const gradients = {[variableOf(kernel).name]: tf.tensor2d(golden.gradients[i])};
      updater.apply(gradients, {learningRate, step: i + 1, scale: () => 1});
      const error = tf.tidy(
        () => tf.max(tf.abs(tf.sub(variableOf(kernel), tf.tensor2d(weights[i])))).dataSync()[0],
      );
      expect(error).toBeLessThan(1.5e-6);
    }
    updater.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['sgd', {momentum: 0.9}],
    ['sgd', {momentum: 0.9, nesterov: true, weightDecay: 5e-4}],
    ['sgd', {momentum: 0.9, weightDecay: 5e-4, decoupled: true}],
    ['adamW', {}],
    ['adamW', {beta1: 0.8, weightDecay: 0.05}],
    ['adamW', {weightDecay: 0.05, decoupled: false}],
  ])('change weights in one pass as by their rule, bit for bit: %s %o', (name, options) => {
    const inOnePass = optimizers[name](options);
    const byRule: Optimizer = {
      ...inOnePass,
      rule: rates => (gradient, slots) => inOnePass.rule(rates)(gradient, slots),
    };
    const [left, right] = [inOnePass, byRule].map(optimizer => {
      const parameters = parametersOf(layers.dense({units: 70}), [60]);
      const updater = new Updater(optimizer, parameters);
      for (let step = 1; step <= 20; step++) {
        const gradients = Object.fromEntries(
          parameters.map(({weight}, i) => [
            variableOf({weight}).name,
            tf.randomNormal(weight.shape as number[], 0, 1, 'float32', 2 * step + i),
          ]),
        );
        updater.apply(gradients, {learningRate: 0.1, step, scale: () => 0.3});
      }
      updater.dispose();
      return parameters.map(({weight}) => weight.read().arraySync());
    });
    expect(left).toEqual(right);
  });

  it('scale gradients and learning rates of each weight', () => {
    const [kernel, bias] = parametersOf(layers.dense({units: 1}), [1]);
    bias.learningRate = 10;
    const updater = new Updater(sgd(), [kernel, bias]);
    const gradients = {[variableOf(kernel).name]: tf.ones([1, 1]), [variableOf(bias).name]: tf.ones([1])};
    updater.apply(gradients, {learningRate: 0.01, step: 1, scale: ({role}) => (role === 'bias' ? 0.5 : 3)});
    expect(variableOf(kernel).dataSync()[0]).toBeCloseTo(0.97, 6);
    expect(variableOf(bias).dataSync()[0]).toBeCloseTo(0.95, 6);
  });
});

describe('weight decay', () => {
  /** What is left of weights of 1 after a step without gradient. */
  const left = (parameters: Parameter[], optimizer: Optimizer) => {
    const updater = new Updater(optimizer, parameters);
    const none = parameters.map(({weight}) => [variableOf({weight}).name, tf.zerosLike(weight.read())]);
    updater.apply(Object.fromEntries(none), {learningRate: 0.5, step: 1, scale: () => 1});
    return Object.fromEntries(
      parameters.map(({name, weight}) => [name, weight.read().dataSync()[0].toFixed(3)]),
    );
  };

  it.each([false, true])('leaves biases, PReLU and batch normalization alone (decoupled: %s)', decoupled => {
    const optimizer = sgd({weightDecay: 0.1, decoupled});
    expect(left(parametersOf(layers.dense({units: 3}), [2]), optimizer)).toEqual({
      kernel: '0.950',
      bias: '1.000',
    });
    expect(left(parametersOf(layers.prelu(), [4, 4, 3]), optimizer)).toEqual({alpha: '1.000'});
    const norm = parametersOf(layers.batchNormalization(), [3]).slice(0, 2);
    expect(left(norm, optimizer)).toEqual({gamma: '1.000', beta: '1.000'});
  });

  it('reaches all of them when asked to', () => {
    const optimizer = sgd({weightDecay: 0.1, decay: 'all'});
    expect(left(parametersOf(layers.dense({units: 3}), [2]), optimizer)).toEqual({
      kernel: '0.950',
      bias: '0.950',
    });
    expect(left(parametersOf(layers.prelu(), [4, 4, 3]), optimizer)).toEqual({alpha: '0.950'});
  });
});

it('says what is wrong with an option', () => {
  expect(() => sgd({momentum: 1.5})).toThrow('sgd: momentum must be a number from 0 to 1, but is 1.5');
  expect(() => sgd({nesterov: true})).toThrow('momentum must be above 0 where nesterov is true');
  expect(() => sgd({weightDecay: -1})).toThrow('weightDecay must be a finite number of 0 or more, but is -1');
  expect(() => adamW({beta1: 1})).toThrow('adamW: beta1 must be a number from 0 to');
  expect(() => adagrad({epsilon: 0})).toThrow('adagrad: epsilon must be a finite number above 0');
  expect(() => adagrad({decay: 'some' as 'all'})).toThrow('decay must be one of kernels, all, but is some');
});
