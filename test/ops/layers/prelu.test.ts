import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {prelu} from '../../../src/ops/layers/prelu';
import {describeOnBackends} from '../../support/backends';
import {expectClose, randomValues} from '../../support/kernelCheck';

/** Strides with which an alpha of `shape` is read along the axes of `outShape`: 0 where it repeats. */
function broadcastStrides(shape: number[], outShape: number[]): number[] {
  const padded = [...Array(outShape.length - shape.length).fill(1), ...shape];
  return padded.map((length, axis) =>
    length === 1 ? 0 : padded.slice(axis + 1).reduce((product, n) => product * n, 1),
  );
}

/** Value and gradients in float64, one element after the other. */
function reference(
  x: Float32Array,
  shape: number[],
  alpha: Float32Array,
  alphaShape: number[],
  dy: Float32Array,
) {
  const strides = broadcastStrides(alphaShape, shape);
  const y = new Float64Array(x.length);
  const dx = new Float64Array(x.length);
  const dalpha = new Float64Array(alpha.length);
  for (let i = 0; i < x.length; i++) {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    y[i] = x[i] > 0 ? x[i] : alpha[at] * x[i];
    dx[i] = x[i] > 0 ? dy[i] : alpha[at] * dy[i];
    if (x[i] <= 0) dalpha[at] += x[i] * dy[i];
  }
  return {y, dx, dalpha};
}

describeOnBackends('prelu', () => {
  it.each([
    {shape: [7, 5], alphaShape: [5]},
    {shape: [200, 6], alphaShape: [6]},
    {shape: [2, 5, 6, 16], alphaShape: [16]},
    {shape: [2, 5, 6, 3], alphaShape: [1, 1, 3]},
    {shape: [3, 4, 2, 5], alphaShape: [4, 2, 5]},
    {shape: [3, 4, 2, 5], alphaShape: [4, 1, 5]},
    {shape: [3, 4, 2, 5], alphaShape: [4, 2, 1]},
    {shape: [3, 4], alphaShape: [1]},
    {shape: [3, 4], alphaShape: []},
    {shape: [5], alphaShape: [5]},
  ])('agrees with the formula: x $shape, alpha $alphaShape', ({shape, alphaShape}) => {
    const [x, alpha, dy] = [randomValues(shape, 1), randomValues(alphaShape, 2), randomValues(shape, 3)].map(
      ({values}) => values as Float32Array,
    );
    x[1] = 0;
    const expected = reference(x, shape, alpha, alphaShape, dy);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const [xs, alphas, dys] = [tf.tensor(x, shape), tf.tensor(alpha, alphaShape), tf.tensor(dy, shape)];
      const y = prelu(xs, alphas);
      expect(y.shape).toEqual(shape);
      expectClose(y.dataSync(), expected.y, 'value', 1e-6);
      const [dx, dalpha] = tf.grads(prelu as (...args: tf.Tensor[]) => tf.Tensor)([xs, alphas], dys);
      expect(dalpha.shape).toEqual(alphaShape);
      expectClose(dx.dataSync(), expected.dx, 'dx', 1e-6);
      expectClose(dalpha.dataSync(), expected.dalpha, 'dalpha', 1e-5);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes slopes beyond 1 and below 0', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([-2, -2, -2, 3, 3, 3], [2, 3]);
      const alpha = tf.tensor1d([1.5, -0.5, 1]);
      expectClose(prelu(x, alpha).dataSync(), [-3, 1, -2, 3, 3, 3], 'value', 1e-6);
      const [dx, dalpha] = tf.grads(prelu as (...args: tf.Tensor[]) => tf.Tensor)(
        [x, alpha],
        tf.ones([2, 3]),
      );
      expectClose(dx.dataSync(), [1.5, -0.5, 1, 1, 1, 1], 'dx', 1e-6);
      expectClose(dalpha.dataSync(), [-2, -2, -2], 'dalpha', 1e-6);
    });
  });

  it('passes a huge gradient without a NaN', () => {
    tf.tidy(() => {
      const [dx] = tf.grads(prelu as (...args: tf.Tensor[]) => tf.Tensor)(
        [tf.tensor1d([3e38, -3e38, 0]), tf.tensor1d([0, 0, 0])],
        tf.tensor1d([1e38, 1e38, 1e38]),
      );
      expect(dx.arraySync()).toEqual([expect.closeTo(1e38, -33), 0, 0]);
    });
  });
});

describe('prelu', () => {
  it('refuses an alpha that does not broadcast to x', () => {
    expect(() => prelu(tf.zeros([2, 3]), tf.zeros([2]))).toThrow(
      /alpha must have a shape that broadcasts to that of x, \[2,3\], but has \[2\]/,
    );
    expect(() => prelu(tf.zeros([3]), tf.zeros([2, 3]))).toThrow(/but has \[2,3\]/);
  });

  it('keeps the rank in its type', () => {
    const y: tf.Tensor2D = tf.tidy(() => prelu(tf.zeros([2, 3]) as tf.Tensor2D, tf.zeros([3])));
    expect(y.rank).toBe(2);
    y.dispose();
  });
});
