import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {batchNorm} from '../../src/ops/layers/batchNorm';
import {prelu} from '../../src/ops/layers/prelu';
import {relativeError} from '../reference/centralDifference';
import {randomVector, testRandom} from '../support/random';
import {describeOnBackends} from './backends';

/** The gradient of `Σ dy f(values)` by central differences in float64. */
function differences(values: number[], dy: number[], f: (values: number[]) => number[]): number[] {
  const along = (moved: number[]) => f(moved).reduce((sum, y, i) => sum + dy[i] * y, 0);
  const moved = (i: number, step: number) => values.map((value, k) => (k === i ? value + step : value));
  return values.map((_, i) => (along(moved(i, 1e-4)) - along(moved(i, -1e-4))) / 2e-4);
}

/** Rows of three channels by their mean and variance. */
function normalized(x: number[], scale: number[], offset: number[]): number[] {
  const rows = x.length / 3;
  const channel = (c: number) => Array.from({length: rows}, (_, r) => x[3 * r + c]);
  const mean = scale.map((_, c) => channel(c).reduce((sum, value) => sum + value, 0) / rows);
  const variance = mean.map((m, c) => channel(c).reduce((sum, value) => sum + (value - m) ** 2, 0) / rows);
  return x.map(
    (value, i) => ((value - mean[i % 3]) / Math.sqrt(variance[i % 3] + 1e-3)) * scale[i % 3] + offset[i % 3],
  );
}

const leaky = (x: number[], alpha: number[]) =>
  x.map((value, i) => (value > 0 ? value : alpha[i % 3] * value));

/** Value and gradients of `f`, read back. */
async function evaluate(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  given: [number[], number[]][],
  dy: number[],
) {
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => {
    const inputs = given.map(([values, shape]) => tf.tensor(values, shape));
    return [f(...inputs), ...tf.grads(f)(inputs, tf.tensor(dy, inputs[0].shape))];
  });
  const read = await Promise.all(results.map(async result => [...(await result.data())]));
  tf.dispose(results);
  expect(tf.memory().numTensors).toBe(before);
  return read;
}

describeOnBackends('fused layers', () => {
  const random = testRandom(83);
  const [x, dy] = [randomVector(random, 36), randomVector(random, 36)].map(values => values.map(Math.fround));
  const [scale, offset] = [randomVector(random, 3), randomVector(random, 3)].map(values =>
    values.map(Math.fround),
  );

  it('batch norm has the value and the gradients of its definition', async () => {
    const [y, dx, dscale, doffset] = await evaluate(
      (input, gamma, beta) => batchNorm(input, {scale: gamma, offset: beta}).y,
      [
        [x, [2, 3, 2, 3]],
        [scale, [3]],
        [offset, [3]],
      ],
      dy,
    );
    const expected = [
      normalized(x, scale, offset),
      differences(x, dy, moved => normalized(moved, scale, offset)),
      differences(scale, dy, moved => normalized(x, moved, offset)),
      differences(offset, dy, moved => normalized(x, scale, moved)),
    ];
    expect(relativeError([y, dx, dscale, doffset], expected)).toBeLessThan(1e-4);
  });

  it('PReLU has the value and the gradients of its definition', async () => {
    const actual = await evaluate(
      prelu as (...inputs: tf.Tensor[]) => tf.Tensor,
      [
        [x, [2, 3, 2, 3]],
        [scale, [3]],
      ],
      dy,
    );
    const expected = [
      leaky(x, scale),
      differences(x, dy, moved => leaky(moved, scale)),
      differences(scale, dy, moved => leaky(x, moved)),
    ];
    expect(relativeError(actual, expected)).toBeLessThan(1e-4);
  });
});
