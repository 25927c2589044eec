import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {euclideanNorms} from '../../src/ops/euclideanNorms';
import {softplus} from '../../src/ops/margin/softplus';
import {tangent} from '../../src/ops/margin/tangent';
import {rowNorms} from '../../src/ops/rowNorms';
import {describeOnBackends} from '../support/backends';

describeOnBackends('norms and tangents', () => {
  it('gives the norms of rows, and leaves no tensor behind', () => {
    const w = tf.tensor2d([
      [3, 4],
      [0, 0],
      [-1e-3, 0],
    ]);
    const {numTensors} = tf.memory();
    const norms = rowNorms(w);
    [5, 0, 1e-3].forEach((expected, i) => {
      expect(norms.arraySync()[i]).toBeCloseTo(expected, 6);
    });
    norms.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('gives norms of rows whose squares leave float32', () => {
    const norms = euclideanNorms(
      tf.tensor2d([
        [3e30, 4e30],
        [3e-25, -4e-25],
        [0, 0],
      ]),
    ).arraySync();
    expect(norms[0][0] / 5e30).toBeCloseTo(1, 6);
    expect(norms[1][0] / 5e-25).toBeCloseTo(1, 6);
    expect(norms[2][0]).toBe(0);
  });

  it('keeps five digits of a tangent at angles that a cosine cannot tell from zero', () => {
    for (const theta of [1e-6, 1e-4, 1, Math.PI - 1e-6]) {
      const x = [0.3, -1.7, 0.4].map(Math.fround);
      const norm = Math.hypot(...x);
      const across = [1.7, 0.3, 0];
      const acrossNorm = Math.hypot(...across);
      const w = x.map((value, i) =>
        Math.fround((value / norm) * Math.cos(theta) + (across[i] / acrossNorm) * Math.sin(theta)),
      );
      const along = w.reduce((sum, value, i) => sum + value * x[i], 0) / norm ** 2;
      const expected = w.map((value, i) => value - along * x[i]);
      const actual = tangent(tf.tensor2d([w]), tf.tensor2d([x])).arraySync()[0];
      const error = Math.hypot(...actual.map((value, i) => value - expected[i])) / Math.hypot(...expected);
      expect(error).toBeLessThan(5e-6);
    }
  });

  it('takes log(1 + e^d) to full precision on both sides', () => {
    const d = [-80, -30, -10, -1, 0, 1, 30, 300];
    const actual = softplus(tf.tensor1d(d)).arraySync() as number[];
    d.forEach((value, i) => {
      const expected = Math.max(0, value) + Math.log1p(Math.exp(-Math.abs(value)));
      expect(actual[i] / expected).toBeCloseTo(1, 5);
    });
  });
});
