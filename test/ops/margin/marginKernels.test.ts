import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {
  type ClassWeightGradientParts,
  classWeightGradient,
  composedClassWeightGradient,
} from '../../../src/ops/margin/classWeightGradient';
import {composedHideTarget, hideTarget} from '../../../src/ops/margin/hideTarget';
import {composedNormalizeRows, normalizeRows} from '../../../src/ops/margin/normalizeRows';
import {composedTargetAngle, targetAngle} from '../../../src/ops/margin/targetAngle';
import {describeOnBackends} from '../../support/backends';

const largestError = (actual: tf.Tensor, expected: tf.Tensor) =>
  tf
    .tidy(() => tf.div(tf.max(tf.abs(tf.sub(actual, expected))), tf.maximum(tf.max(tf.abs(expected)), 1e-30)))
    .dataSync()[0];

/** Parts of a gradient, with ids that repeat; made anew for each call, which may use up the first. */
const gradientParts = (classes: number, dimension: number, radial = true): ClassWeightGradientParts => ({
  pulls: tf.randomNormal([classes, dimension], 0, 1, 'float32', 1),
  targetRows: tf.randomNormal([4, dimension], 0, 1, 'float32', 2),
  ids: tf.tensor1d([classes - 1, 0, classes - 1, 1], 'int32'),
  w: tf.randomNormal([classes, dimension], 0, 1, 'float32', 3),
  ...(radial && {radial: tf.randomNormal([classes, 1], 0, 1, 'float32', 4) as tf.Tensor2D}),
});

describeOnBackends('kernels of the margin operations', () => {
  it.each([
    ['one run of classes', 6, 3],
    ['several runs', 4096, 512],
    ['a prime number of classes', 4099, 300],
  ])('make the gradient of class weights: %s', (_, classes, dimension) => {
    for (const radial of [true, false]) {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const expected = composedClassWeightGradient(gradientParts(classes, dimension, radial));
        const actual = classWeightGradient(gradientParts(classes, dimension, radial));
        expect(actual.shape).toEqual([classes, dimension]);
        expect(largestError(actual, expected)).toBeLessThan(1e-6);
      });
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('leave class weights and what examples add as they are', () => {
    tf.tidy(() => {
      const parts = gradientParts(6, 3);
      const kept = [parts.w, parts.targetRows].map(part => [...part.dataSync()]);
      classWeightGradient(parts);
      expect([parts.w, parts.targetRows].map(part => [...part.dataSync()])).toEqual(kept);
    });
  });

  it('hide the own class, and nothing else', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const logits = () => tf.randomNormal([3, 5], 0, 1, 'float32', 1) as tf.Tensor2D;
      const labels = tf.tensor1d([4, 0, 2], 'int32');
      const expected = composedHideTarget(logits(), labels).arraySync();
      expect(hideTarget(logits(), labels).arraySync()).toEqual(expected);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('hide nothing of an example whose class another process has', () => {
    tf.tidy(() => {
      const hidden = hideTarget(tf.tensor2d([1, 2, 3], [3, 1]), tf.tensor1d([0, -1, -1], 'int32'));
      const [[first], ...others] = hidden.arraySync();
      expect(first).toBeLessThan(-1e37);
      expect(others).toEqual([[2], [3]]);
    });
  });

  it('take lengths and angles as the stock operations do, also of vectors that count as short, and of zeros', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, 2, -3],
        [3e30, 4e30, 0],
        [1e-5, 0, 1e-5],
        [0, 0, 0],
        [-2, -4, 6],
      ]);
      const targetWeight = tf.tensor2d([
        [2, 0, 1],
        [0, 5, 5],
        [1, 1, 1],
        [1, 2, 3],
        [1, 2, -3],
      ]);
      const rows = normalizeRows(x);
      const composed = composedNormalizeRows(x);
      for (const key of ['norm', 'inverseNorm', 'unit'] as const) {
        expect(largestError(rows[key], composed[key])).toBeLessThan(1e-6);
      }
      const {inverseNorm: inverseTargetNorm} = normalizeRows(targetWeight);
      const inputs = {x, targetWeight, inverseNorm: rows.inverseNorm, inverseTargetNorm};
      const [angle, expected] = [targetAngle(inputs), composedTargetAngle(inputs)];
      expect(largestError(angle.cos, expected.cos)).toBeLessThan(1e-6);
      expect(largestError(angle.sin, expected.sin)).toBeLessThan(1e-6);
      // Opposite vectors have no direction to turn in.
      const turns = (direction: tf.Tensor) => tf.slice(direction, [0, 0], [3, 3]);
      expect(largestError(turns(angle.direction), turns(expected.direction))).toBeLessThan(1e-6);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
