import * as tf from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {adagrad, adamW, type Optimizer, sgd} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import type {Layer} from '../../../src/base/layer';
import {isKernel, type Parameter, Updater} from '../../../src/train/optimizers/updater';

beforeAll(() => useBackend('cpu'));

function parametersOf(layer: Layer, inputShape: number[]): Parameter[] {
  layer.build([null, ...inputShape]);
  return layer.weights.map(weight => {
    const role = weight.originalName.split('/').pop() as string;
    tf.tidy(() => void weight.write(tf.ones(weight.shape as number[])));
    return {name: role, layer, role, weight, learningRate: 1, part: 'backbone'};
  });
}

const valuesOf = ({weight}: Parameter) => [...weight.read().dataSync()];

/** Takes steps of gradients that are all one number. */
function steps(updater: Updater, parameters: Parameter[], gradients: number[], learningRate = 0.1) {
  for (const [i, gradient] of gradients.entries()) {
    const named = parameters.map(({weight}) => [
      (weight.read() as tf.Variable).name,
      tf.fill(weight.shape as number[], gradient),
    ]);
    updater.apply(Object.fromEntries(named), {learningRate, step: i + 1, scale: () => 1});
  }
}

describe('an optimizer', () => {
  const kept = (optimizer: Optimizer) => {
    const parameters = parametersOf(layers.dense({units: 2}), [1]);
    const updater = new Updater(optimizer, parameters);
    steps(updater, parameters, [1, -2, 0.5]);
    return [
      ...parameters.flatMap(valuesOf),
      ...[...updater.state.values()].flatMap(slot => [...slot.dataSync()]),
    ];
  };

  it('has PyTorch’s constants where none are given, and no weight decay', () => {
    expect(kept(sgd())).toEqual(kept(sgd({momentum: 0, nesterov: false, weightDecay: 0})));
    expect(kept(adamW())).toEqual(kept(adamW({beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0})));
    expect(kept(adagrad())).toEqual(kept(adagrad({initialAccumulator: 0, epsilon: 1e-10, weightDecay: 0})));
    for (const [one, other] of [
      [sgd(), sgd({momentum: 0.5})],
      [sgd({momentum: 0.5}), sgd({momentum: 0.5, nesterov: true})],
      [adamW(), adamW({beta1: 0.8})],
      [adamW(), adamW({beta2: 0.9})],
      [adamW(), adamW({epsilon: 0.1})],
      [adagrad(), adagrad({initialAccumulator: 1})],
      [adagrad(), adagrad({epsilon: 0.1})],
    ]) {
      expect(kept(one)).not.toEqual(kept(other));
    }
  });

  it('says how it decays and what it remembers', () => {
    const none = {weightDecay: 0, decoupled: false, decay: 'kernels'};
    expect(sgd()).toMatchObject({name: 'sgd', weightDecay: none, slots: {}});
    expect(sgd({momentum: 0.9}).slots).toEqual({momentum: 0});
    expect(adamW()).toMatchObject({
      name: 'adamW',
      weightDecay: {...none, decoupled: true},
      slots: {mean: 0, square: 0},
    });
    expect(adamW({decoupled: false}).weightDecay.decoupled).toBe(false);
    expect(adagrad({initialAccumulator: 0.5})).toMatchObject({
      name: 'adagrad',
      weightDecay: none,
      slots: {sum: 0.5},
    });
    const decay = {weightDecay: 0.1, decoupled: true, decay: 'all'} as const;
    for (const make of [sgd, adamW, adagrad]) expect(make(decay).weightDecay).toEqual(decay);
  });

  it('refuses what makes no sense, and the learning rate, which is the trainer’s', () => {
    for (const [name, make] of Object.entries({sgd, adamW, adagrad})) {
      for (const given of [0.1, {learningRate: 0.1}, {lr: 0.1}]) {
        expect(() => make(given as object)).toThrow(
          `${name}: learningRate must be an option of Trainer, but is given to ${name}.`,
        );
      }
      expect(() => make({weightDecay: -1})).toThrow(`${name}: weightDecay must be`);
      expect(() => make(null as never)).toThrow(name);
    }
    expect(() => adamW({beta2: 1})).toThrow('adamW: beta2 must be a number from 0');
    expect(() => adamW({beta1: -0.1})).toThrow('adamW: beta1 must be a number from 0');
    expect(() => adamW({epsilon: 0})).toThrow('adamW: epsilon must be a finite number above 0');
    expect(() => adagrad({initialAccumulator: -1})).toThrow('adagrad: initialAccumulator must be');
    expect(() => sgd({momentum: -0.1})).toThrow('sgd: momentum must be a number from 0 to 1');
    expect(() => sgd({nesterov: true, momentum: 0.1})).not.toThrow();
    expect(() => sgd({momentum: 1})).not.toThrow();
  });
});

describe('Updater', () => {
  it('remembers by slot and weight, forgets when told to, and leaves nothing behind', () => {
    const parameters = parametersOf(layers.dense({units: 2}), [1]);
    const before = tf.memory().numTensors;
    const updater = new Updater(adagrad({initialAccumulator: 0.25}), parameters);
    const slots = () => [...updater.state].map(([name, slot]) => [name, ...slot.dataSync()]);
    const fresh = [
      ['sum/kernel', 0.25, 0.25],
      ['sum/bias', 0.25, 0.25],
    ];
    expect(slots()).toEqual(fresh);
    steps(updater, parameters, [2]);
    expect(slots()).toEqual([
      ['sum/kernel', 4.25, 4.25],
      ['sum/bias', 4.25, 4.25],
    ]);
    updater.reset();
    expect(slots()).toEqual(fresh);
    updater.dispose();
    expect(updater.state.size).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves a weight without a gradient as it is, and its slots', () => {
    const [kernel, bias] = parametersOf(layers.dense({units: 1}), [1]);
    const updater = new Updater(sgd({momentum: 0.9, weightDecay: 0.5, decay: 'all'}), [kernel, bias]);
    const gradient = tf.ones([1]);
    const gradients = {[(bias.weight.read() as tf.Variable).name]: gradient};
    updater.apply(gradients, {learningRate: 0.1, step: 1, scale: () => 1});
    expect(valuesOf(kernel)).toEqual([1]);
    expect(valuesOf(bias)[0]).toBeCloseTo(1 - 0.1 * 1.5, 6);
    expect(gradient.isDisposed).toBe(true);
    expect([...updater.state.values()].map(slot => slot.dataSync()[0])).toEqual([0, 1.5]);
  });

  it('decays decoupled weights by their own rate, and makes each rate’s rule once', () => {
    const [kernel, bias] = parametersOf(layers.dense({units: 1}), [1]);
    kernel.learningRate = 3;
    const rates: number[] = [];
    const counted = (optimizer: Optimizer): Optimizer => ({
      ...optimizer,
      rule: given => {
        rates.push(given.learningRate);
        return optimizer.rule(given);
      },
    });
    const all = {weightDecay: 0.5, decay: 'all', decoupled: true} as const;
    const updater = new Updater(counted(sgd(all)), [
      kernel,
      bias,
      ...parametersOf(layers.dense({units: 1}), [1]),
    ]);
    steps(updater, [kernel, bias], [1]);
    expect(valuesOf(kernel)[0]).toBeCloseTo(1 - 0.3 * 0.5 - 0.3, 6);
    expect(valuesOf(bias)[0]).toBeCloseTo(1 - 0.1 * 0.5 - 0.1, 6);
    expect(rates.map(rate => Number(rate.toFixed(6)))).toEqual([0.3, 0.1]);
  });
});

describe('isKernel', () => {
  const kernels = (layer: Layer, shape: number[]) =>
    parametersOf(layer, shape)
      .filter(isKernel)
      .map(({role}) => role);
  it('finds what a matrix product or a convolution takes', () => {
    expect(kernels(layers.dense({units: 3}), [2])).toEqual(['kernel']);
    expect(kernels(layers.conv2d({filters: 2, kernelSize: 3}), [4, 4, 1])).toEqual(['kernel']);
    expect(kernels(layers.prelu(), [4, 4, 3])).toEqual([]);
    expect(kernels(layers.batchNormalization(), [3])).toEqual([]);
    expect(kernels(layers.layerNormalization(), [4, 3])).toEqual([]);
    expect(kernels(layers.embedding({inputDim: 4, outputDim: 2}), [1])).toEqual(['embeddings']);
  });
});
