import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {sphereFace2} from '../../../src/losses/heads/sphereFace2';
import {uniFace} from '../../../src/losses/heads/uniFace';
import {angle} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, testRandom} from '../../support/random';

/** Where a rising function of the cosine is 0, by halving. */
function root(f: (c: number) => number): number {
  let [low, high] = [-1, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const cases = {
  UniFace: {
    head: (scale: number) => uniFace({classes: 5, scale}),
    logit: (scale: number) => (c: number) => scale * c,
  },
  'UniFace with a learned scale': {
    head: (scale: number) => uniFace({classes: 5, scale, learnScale: true}),
    logit: (scale: number) => (c: number) => scale * c,
  },
  SphereFace2: {
    head: (scale: number) => sphereFace2({classes: 5, scale}),
    logit: (scale: number) => (c: number) => scale * (2 * ((c + 1) / 2) ** 3 - 1),
  },
  'SphereFace2 that bends more': {
    head: (scale: number) => sphereFace2({classes: 5, scale, exponent: 5}),
    logit: (scale: number) => (c: number) => scale * (2 * ((c + 1) / 2) ** 5 - 1),
  },
};

describeOnBackends('the threshold that a head learns', () => {
  it.each(Object.entries(cases))('%s: the cosine at which its logit is b', async (_, {head, logit}) => {
    for (const [scale, b] of [
      [16, 4],
      [40, -20],
      [8, 7.5],
      [16, 30],
      [16, -30],
    ]) {
      const layer = head(scale);
      tf.dispose(layer.apply(tf.zeros([1, 3])));
      (layer.threshold as unknown as tf.Variable).assign(tf.scalar(b));
      const {numTensors} = tf.memory();
      const threshold = await layer.verificationThreshold();
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(threshold).toBeCloseTo(
        root(c => logit(scale)(c) - b),
        5,
      );
      layer.dispose();
    }
  });

  it.each([
    ['UniFace', () => uniFace({classes: 8, scale: 16, margin: 0.1})],
    ['SphereFace2', () => sphereFace2({classes: 8, scale: 16, margin: 0.1})],
  ])('%s parts pairs once b is learned', async (_, makeHead) => {
    const random = testRandom(61);
    const centers = randomMatrix(random, 8, 24);
    const noisy = () => centers.map(row => row.map(value => value + 0.5 * random.normal()));
    const [first, second] = [noisy(), noisy()];
    const head = makeHead();
    const x = tf.tensor2d(first);
    const labels = tf.range(0, 8, 1, 'int32') as tf.Tensor1D;
    tf.dispose(head.apply(x));
    (head.classWeights as unknown as tf.Variable).assign(tf.tensor2d(centers));
    const b = head.threshold as unknown as tf.Variable<tf.Rank.R0>;
    b.assign(tf.scalar(-10));
    for (let step = 0; step < 50; step++) {
      tf.tidy(() => {
        const {grads} = tf.variableGrads(() => tf.mean(head.loss(x, labels)) as tf.Scalar, [b]);
        b.assign(tf.sub(b, tf.mul(grads[b.name], 3)));
      });
    }
    const threshold = await head.verificationThreshold();
    first.forEach((row, i) => {
      second.forEach((other, j) => {
        if (i === j) expect(Math.cos(angle(row, other))).toBeGreaterThan(threshold);
        else expect(Math.cos(angle(row, other))).toBeLessThan(threshold);
      });
    });
  });

  it('has to be built first', async () => {
    await expect(uniFace({classes: 3}).verificationThreshold()).rejects.toThrow(
      'uniFace: has no threshold before it is built',
    );
  });
});
