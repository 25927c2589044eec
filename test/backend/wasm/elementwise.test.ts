import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {add} from '../../../src/backend/wasm/kernels/add';
import {fusedBatchNorm} from '../../../src/backend/wasm/kernels/fusedBatchNorm';
import {prelu} from '../../../src/backend/wasm/kernels/prelu';
import {preluGrad} from '../../../src/backend/wasm/kernels/preluGrad';
import {rowNorms} from '../../../src/backend/wasm/kernels/rowNorms';
import {tile} from '../../../src/backend/wasm/kernels/tile';
import {checkKernel, randomValues, type Values, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

describe('batch normalization agrees with the cpu backend', () => {
  const positive = ({shape, values}: Values): Values => ({
    shape,
    values: values.map(value => value * value) as Float32Array,
  });

  it.each([[[2, 3, 4, 16]], [[2, 3, 4, 7]], [[5, 1, 1, 1]]])('on %j', async shape => {
    const channels = [shape[3]];
    const statistics = {mean: randomValues(channels, 1), variance: positive(randomValues(channels, 2))};
    const inputs = {x: randomValues(shape, 3), ...statistics};
    const attrs = {varianceEpsilon: 1e-3};
    const only = {covered: ['simd']};
    await checkKernel(heap, fusedBatchNorm, inputs, attrs, only);
    const [offset, scale] = [randomValues(channels, 4), randomValues(channels, 5)];
    await checkKernel(heap, fusedBatchNorm, {...inputs, offset, scale}, attrs, only);
    await checkKernel(heap, fusedBatchNorm, {...inputs, offset}, attrs, only);
  });

  it('leaves statistics of other shapes to the backend', async () => {
    const statistics = {mean: randomValues([2, 3], 1), variance: positive(randomValues([2, 3], 2))};
    const inputs = {x: randomValues([1, 1, 2, 3], 3), ...statistics};
    await checkKernel(heap, fusedBatchNorm, inputs, {varianceEpsilon: 1e-3}, {covered: []});
  });
});

describe('repetition', () => {
  it.each([
    {shape: [1, 1, 3], reps: [4, 5, 1]},
    {shape: [1, 5000], reps: [7, 1]},
    {shape: [1], reps: [9]},
    {shape: [3], reps: [1]},
    {shape: [2, 3], reps: [1, 1]},
  ])('of $shape by $reps agrees with the cpu backend', async ({shape, reps}) => {
    await checkKernel(heap, tile, {x: randomValues(shape, 1)}, {reps}, {covered: ['simd']});
  });

  it('along other axes, of other types, or no times at all is left to the backend', async () => {
    await checkKernel(heap, tile, {x: randomValues([2, 3], 1)}, {reps: [2, 1]}, {covered: []});
    await checkKernel(heap, tile, {x: randomValues([1, 3], 1)}, {reps: [2, 2]}, {covered: []});
    await checkKernel(heap, tile, {x: {shape: [1], values: Int32Array.of(1)}}, {reps: [2]}, {covered: []});
    expect(tf.tidy(() => tf.tile(tf.tensor2d([[1], [2]]), [2, 2]).arraySync())).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
      [2, 2],
    ]);
  });
});

it('norms of rows are their Euclidean lengths', async () => {
  for (const [rows, count] of [
    [1, 1],
    [5, 8],
    [3, 37],
  ]) {
    const {shape, values} = randomValues([rows, count], 1);
    const expected = Array.from({length: rows}, (_, i) =>
      Math.hypot(...values.slice(i * count, (i + 1) * count)),
    );
    await checkKernel(heap, rowNorms, {x: {shape, values}}, {}, {expected: [expected]});
  }
});

describe('prelu', () => {
  const fiveRows = {x: randomValues([5, 2, 3], 1), dy: randomValues([5, 2, 3], 2)};

  it('has both its gradients by SIMD where alpha repeats along leading axes, and composed otherwise', async () => {
    for (const [shape, simd] of [
      [[3], true],
      [[2, 3], true],
      [[1, 1, 3], true],
      [[2, 1], false],
    ] as const) {
      const alpha = randomValues([...shape], 3);
      const inputs = {...fiveRows, alpha};
      const results = preluGrad.simd?.(
        heap,
        {x: tf.zeros([5, 2, 3]), dy: tf.zeros([5, 2, 3]), alpha: tf.zeros([...shape])},
        {},
      );
      expect(results !== undefined, String(shape)).toBe(simd);
      if (simd) {
        const composed = preluGrad.composed?.(
          Object.fromEntries(
            Object.entries(inputs).map(([name, {shape, values}]) => [name, tf.tensor(values, shape)]),
          ),
          {},
        );
        const expected = (composed as tf.Tensor[]).map(gradient => gradient.dataSync());
        await checkKernel(heap, preluGrad, inputs, {}, {expected});
      }
    }
  });

  it('is composed only where the stock kernel is wrong', async () => {
    const x = fiveRows.x;
    await checkKernel(heap, prelu, {x, alpha: randomValues([2, 1], 3)}, {}, {covered: ['composed']});
    await checkKernel(heap, prelu, {x, alpha: randomValues([3], 3)}, {}, {covered: []});
  });

  it.each([[4], [2, 7], [1, 1, 64]])(
    'is computed on all threads for an alpha of shape [%i, …]',
    async (...shape) => {
      const x = randomValues([50, 40, 2 * 7 * 64].slice(-shape.length - 1, -1).concat(shape), 1);
      await checkKernel(heap, prelu, {x, alpha: randomValues(shape, 3)}, {}, {covered: ['simd']});
    },
  );
});

describe('a sum of two tensors', () => {
  it.each([[[7]], [[3, 5, 2]], [[4, 40, 40, 30]]])('of shape %j agrees with the cpu backend', async shape => {
    const [a, b] = [randomValues(shape, 1), randomValues(shape, 2)];
    await checkKernel(heap, add, {a, b}, {}, {covered: ['simd']});
  });

  it.each([
    {shape: [2, 3], of: [3]},
    {shape: [1, 1, 3], of: [1, 3]},
    {shape: [4, 40, 40, 30], of: [30]},
    {shape: [5, 1], of: [1]},
  ])('of shape $shape and of its channels, $of, does too', async ({shape, of}) => {
    const [x, row] = [randomValues(shape, 1), randomValues(of, 2)];
    await checkKernel(heap, add, {a: x, b: row}, {}, {covered: ['simd']});
    await checkKernel(heap, add, {a: row, b: x}, {}, {covered: ['simd']});
  });

  it('of other shapes or types is left to the backend', async () => {
    const covered: string[] = [];
    await checkKernel(heap, add, {a: randomValues([2, 3], 1), b: randomValues([2, 1], 2)}, {}, {covered});
    const whole = {shape: [2], values: Int32Array.of(1, 2)};
    await checkKernel(heap, add, {a: whole, b: whole}, {}, {covered});
  });
});
