import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {batchNormPreluGrad} from '../../../src/backend/wasm/kernels/batchNormPreluGrad';
import {batchNormTraining} from '../../../src/backend/wasm/kernels/batchNormTraining';
import {batchNormTrainingGrad} from '../../../src/backend/wasm/kernels/batchNormTrainingGrad';
import {checkKernel, randomValues, type Values, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

const attrs = {varianceEpsilon: 1e-3};

/** Batch normalization and its gradient in float64, one channel after the other. */
function reference(x: Values, dy: Values, offset: Values, scale: Values) {
  const channels = scale.values.length;
  const rows = x.values.length / channels;
  const [y, dx] = [new Float64Array(x.values.length), new Float64Array(x.values.length)];
  const [mean, variance, doffset, dscale] = Array.from({length: 4}, () => new Float64Array(channels));
  for (let c = 0; c < channels; c++) {
    const column = (values: ArrayLike<number>) =>
      Array.from({length: rows}, (_, row) => values[row * channels + c]);
    const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
    const [xs, dys] = [column(x.values), column(dy.values)];
    mean[c] = total(xs) / rows;
    variance[c] = total(xs.map(value => (value - mean[c]) ** 2)) / rows;
    const deviation = Math.sqrt(variance[c] + attrs.varianceEpsilon);
    const normalized = xs.map(value => (value - mean[c]) / deviation);
    doffset[c] = total(dys);
    dscale[c] = total(dys.map((value, row) => value * normalized[row]));
    for (let row = 0; row < rows; row++) {
      y[row * channels + c] = normalized[row] * scale.values[c] + offset.values[c];
      const shared = (doffset[c] + normalized[row] * dscale[c]) / rows;
      dx[row * channels + c] = (scale.values[c] / deviation) * (dys[row] - shared);
    }
  }
  return {y, mean, variance, dx, doffset, dscale};
}

describe('batch normalization by the statistics of the batch agrees with the formulas', () => {
  it.each([
    {shape: [5, 3, 4, 16], shift: 0},
    {shape: [130, 6], shift: 0},
    {shape: [2, 7, 7, 1], shift: 0},
    {shape: [1, 4], shift: 0},
    {shape: [200, 8], shift: 30},
  ])('on $shape with a mean about $shift', async ({shape, shift}) => {
    const channels = [shape[shape.length - 1]];
    const x = randomValues(shape, 1);
    x.values = x.values.map(value => value + shift) as Float32Array;
    const [dy, offset, scale] = [
      randomValues(shape, 2),
      randomValues(channels, 3),
      randomValues(channels, 4),
    ];
    const {y, mean, variance, dx, doffset, dscale} = reference(x, dy, offset, scale);
    await checkKernel(heap, batchNormTraining, {x, offset, scale}, attrs, {expected: [y, mean, variance]});
    const statistics = {
      mean: {shape: channels, values: Float32Array.from(mean)},
      variance: {shape: channels, values: Float32Array.from(variance)},
    };
    const expected = [dx, doffset, dscale];
    await checkKernel(heap, batchNormTrainingGrad, {x, dy, scale, ...statistics}, attrs, {expected});
  });

  it.each([
    [5, 3, 4, 16],
    [130, 6],
    [2, 7, 7, 1],
    [200, 8],
    [16, 28, 28, 20],
  ])('in the gradient from PReLU after it, on [%i, %i, …]', async (...shape) => {
    const channels = [shape[shape.length - 1]];
    const [x, dy] = [randomValues(shape, 1), randomValues(shape, 2)];
    const [offset, scale, alpha] = [3, 4, 5].map(seed => randomValues(channels, seed));
    const {y, mean, variance} = reference(x, dy, offset, scale);
    const dn = dy.values.map((value, i) => (y[i] > 0 ? value : value * alpha.values[i % channels[0]]));
    const dalpha = new Float64Array(channels[0]);
    for (const [i, n] of y.entries()) dalpha[i % channels[0]] += n > 0 ? 0 : n * dy.values[i];
    const {dx, doffset, dscale} = reference(x, {...dy, values: dn}, offset, scale);
    const statistics = {
      mean: {shape: channels, values: Float32Array.from(mean)},
      variance: {shape: channels, values: Float32Array.from(variance)},
    };
    const expected = [dx, doffset, dscale, dalpha];
    await checkKernel(heap, batchNormPreluGrad, {x, dy, scale, offset, alpha, ...statistics}, attrs, {
      expected,
    });
  });

  it('keeps the variance of numbers far from zero', () => {
    const far = tf.add(tf.tensor2d([0, 1, 2, 3], [4, 1]), 4096);
    const [, , variance] = tf
      .engine()
      .runKernel(
        'FaceMarginsBatchNormTraining',
        {x: far, offset: tf.zeros([1]), scale: tf.ones([1])},
        attrs,
      ) as unknown as tf.Tensor[];
    expect(variance.arraySync()).toEqual([1.25]);
  });
});
