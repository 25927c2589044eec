import * as tf from '@tensorflow/tfjs-core';
import {layers, sequential} from '@tensorflow/tfjs-layers';
import {batchNormLayer} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {ForwardPass} from '../../../src/train/step/forwardPass';
import {frozenLayers} from '../../../src/train/step/frozenLayers';
import {addGradients, squaredNorm} from '../../../src/train/step/gradientsOf';
import {valuesOf} from '../../support/tinyTraining';

beforeAll(() => useBackend('cpu'));

/** Ones go through two dropouts, the second with a seed of its own, and a batch normalization. */
function network() {
  const made = sequential();
  made.add(layers.dropout({name: 'one', rate: 0.5, inputShape: [40]}));
  made.add(layers.dropout({name: 'two', rate: 0.5, seed: 9}));
  made.add(batchNormLayer({name: 'norm'}));
  made.add(layers.dense({name: 'embed', units: 2}));
  return made;
}

describe('ForwardPass', () => {
  const images = () => tf.ones([3, 40]);
  const masks = (pass: ForwardPass, draw: string) => [...pass.embed(images(), draw).dataSync()];

  it('draws a mask for each name of a draw, the same for the same name and seed', () => {
    const made = network();
    const all = frozenLayers(made, ['norm']);
    const pass = new ForwardPass(made, all, 1);
    const first = masks(pass, '1 1');
    expect(masks(pass, '1 1')).toEqual(first);
    expect(masks(pass, '1 2')).not.toEqual(first);
    expect(masks(new ForwardPass(made, all, 2), '1 1')).not.toEqual(first);
    expect(masks(new ForwardPass(made, all, 1), '1 1')).toEqual(first);
  });

  it('draws two dropouts of one network differently, and one with a seed of its own by that', () => {
    const made = sequential();
    made.add(layers.dropout({name: 'one', rate: 0.5, inputShape: [60]}));
    const zeros = (seed: number, own?: number) => {
      Object.assign(made.layers[0], {seed: own});
      return [...new ForwardPass(made, new Set(), seed).embed(tf.ones([1, 60]), 'x').dataSync()];
    };
    expect(zeros(1, 5)).toEqual(zeros(2, 5));
    expect(zeros(1)).not.toEqual(zeros(2));
    expect(zeros(1, 5)).not.toEqual(zeros(1, 6));
    const both = sequential();
    both.add(layers.dropout({rate: 0.5, inputShape: [400]}));
    both.add(layers.dropout({rate: 0.5}));
    const kept = new ForwardPass(both, new Set(), 1)
      .embed(tf.ones([1, 400]), 'x')
      .dataSync()
      .filter(Boolean).length;
    // Were both masks one, half would be left.
    expect(kept).toBeLessThan(140);
  });

  it('puts layers back as they were, also where one throws', () => {
    const made = network();
    const [one, two, norm] = made.layers as unknown as {seed?: unknown; call: unknown}[];
    const pass = new ForwardPass(made, frozenLayers(made, ['norm']), 1);
    const check = () => {
      expect([one.seed, two.seed]).toEqual([undefined, 9]);
      expect(Object.hasOwn(norm, 'call')).toBe(false);
    };
    masks(pass, '1 1');
    check();
    expect(() => pass.embed(tf.ones([3, 7]), '1 2')).toThrow();
    check();
  });

  it('applies frozen layers as in inference, and others as in training', () => {
    const made = network();
    const before = valuesOf(made);
    new ForwardPass(made, frozenLayers(made, ['norm']), 1).embed(images(), 'a');
    expect(valuesOf(made)).toEqual(before);
    new ForwardPass(made, new Set(), 1).embed(images(), 'a');
    expect(valuesOf(made)).not.toEqual(before);
    // A frozen dropout lets everything through.
    const still = new ForwardPass(made, frozenLayers(made, [/one|two|norm/]), 1);
    expect(masks(still, 'a')).toEqual(masks(still, 'b'));
  });
});

describe('frozenLayers', () => {
  it('finds layers by their names or by patterns, which may be global', () => {
    const made = network();
    const names = (freeze: (string | RegExp)[]) => [...frozenLayers(made, freeze)].map(({name}) => name);
    expect(names([])).toEqual([]);
    expect(names(['embed', /^o/])).toEqual(['embed', 'one']);
    expect(names([/e$/g])).toEqual(['one']);
    expect(names([/o/g, 'one'])).toEqual(['one', 'two', 'norm']);
    expect(() => names(['one', /x/])).toThrow(
      'freeze must name layers, of which norm, embed have weights, but names /x/.',
    );
  });
});

describe('gradients of a step', () => {
  it('add up by name, and those that were added are disposed of', () => {
    const into: tf.NamedTensorMap = {};
    const before = tf.memory().numTensors;
    addGradients(into, {a: tf.tensor1d([1, 2])});
    addGradients(into, {a: tf.tensor1d([10, 20]), b: tf.tensor1d([3])});
    expect(
      Object.fromEntries(Object.entries(into).map(([name, sum]) => [name, [...sum.dataSync()]])),
    ).toEqual({
      a: [11, 22],
      b: [3],
    });
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose(into);
  });

  it('have the sum of their squares over some variables, 0 over none', () => {
    const [a, b, c] = [1, 2, 3].map(value => tf.variable(tf.scalar(value)));
    const gradients = {[a.name]: tf.tensor1d([1, 2]), [b.name]: tf.tensor1d([3])};
    const before = tf.memory().numTensors;
    const sums = [[a, b, c], [a], [c], []].map(variables => {
      const sum = squaredNorm(gradients, variables);
      const value = sum.dataSync()[0];
      sum.dispose();
      return value;
    });
    expect(sums).toEqual([14, 5, 0, 0]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
