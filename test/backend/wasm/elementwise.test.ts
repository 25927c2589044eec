import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {add} from '../../../src/backend/wasm/kernels/add';
import {classWeightGradient} from '../../../src/backend/wasm/kernels/classWeightGradient';
import {exp} from '../../../src/backend/wasm/kernels/exp';
import {fusedBatchNorm} from '../../../src/backend/wasm/kernels/fusedBatchNorm';
import {gatherV2} from '../../../src/backend/wasm/kernels/gatherV2';
import {hideTarget} from '../../../src/backend/wasm/kernels/hideTarget';
import {multiply} from '../../../src/backend/wasm/kernels/multiply';
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

describe('products agree with the cpu backend', () => {
  it.each([
    [
      [2, 3, 5],
      [2, 3, 5],
    ],
    [[4, 7], [7]],
    [
      [4, 7],
      [1, 7],
    ],
    [[7], [4, 7]],
    [
      [4, 7],
      [4, 1],
    ],
    [
      [2, 3, 1],
      [2, 3, 9],
    ],
    [
      [3, 1],
      [3, 1],
    ],
    [[5], [1]],
  ])('of %j and %j', async (a, b) => {
    const inputs = {a: randomValues(a, 1), b: randomValues(b, 2)};
    await checkKernel(heap, multiply, inputs, {}, {covered: ['simd']});
  });

  it('of other shapes and types, which are left to the backend', async () => {
    for (const [a, b] of [
      [
        [3, 1],
        [1, 4],
      ],
      [
        [2, 3, 4],
        [3, 1],
      ],
      [[2, 3], []],
    ]) {
      const inputs = {a: randomValues(a, 1), b: randomValues(b, 2)};
      await checkKernel(heap, multiply, inputs, {}, {covered: []});
    }
    expect(tf.tidy(() => tf.mul(tf.zeros([0, 3]), tf.ones([3])).shape)).toEqual([0, 3]);
    expect(tf.tidy(() => tf.mul(tf.tensor1d([2, 3], 'int32'), 2).arraySync())).toEqual([4, 6]);
  });
});

describe('exponentials', () => {
  it('are those of float64 to two units in the last place, to the ends of float32', () => {
    const values = Float32Array.from({length: 20_003}, (_, i) => -103 + (191.7 * i) / 20_002);
    const found = tf.tidy(() => tf.exp(tf.tensor1d(values)).dataSync());
    values.forEach((value, i) => {
      const exact = Math.exp(value);
      const unit = exact < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(exact)) - 23);
      expect(Math.abs(found[i] - exact), `e^${value}`).toBeLessThanOrEqual(2 * unit);
    });
  });

  it('end in 0 and infinity, are 1 at 0, and keep what is no number', () => {
    const values = [0, -0, 88.8, 1e38, Infinity, -104.5, -1e38, -Infinity, NaN];
    const found = tf.tidy(() => Array.from(tf.exp(tf.tensor1d(values)).dataSync()));
    expect(found).toEqual([1, 1, Infinity, Infinity, Infinity, 0, 0, 0, NaN]);
  });

  it.each([1, 3, 4, 7])('of %i numbers agree with the cpu backend', async count => {
    await checkKernel(heap, exp, {x: randomValues([count], 1)}, {}, {covered: ['simd']});
  });
});

describe('rows by their numbers', () => {
  const ids = (...values: number[]) => ({shape: [values.length], values: Int32Array.from(values)});

  it.each([[[5, 3]], [[5]], [[5, 2, 2]]])('of %j agree with the cpu backend', async shape => {
    const attrs = {axis: 0, batchDims: 0};
    const inputs = {x: randomValues(shape, 1), indices: ids(4, 0, 0, 2)};
    await checkKernel(heap, gatherV2, inputs, attrs, {covered: ['simd']});
    const square = {...inputs.indices, shape: [2, 2]};
    await checkKernel(heap, gatherV2, {...inputs, indices: square}, attrs, {covered: ['simd']});
  });

  it('along other axes are left to the backend', async () => {
    const inputs = {x: randomValues([5, 3], 1), indices: ids(2, 0)};
    await checkKernel(heap, gatherV2, inputs, {axis: 1, batchDims: 0}, {covered: []});
  });

  it('that are not there are an error, without a leak', () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const before = tf.memory().numTensors;
    const {numBytes} = tf.memory();
    for (const index of [2, -1]) {
      expect(() => tf.tidy(() => tf.gather(x, tf.tensor1d([index], 'int32')))).toThrow(
        `GatherV2: the index value ${index} is not in [0, 1]`,
      );
    }
    expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([before, numBytes]);
    x.dispose();
  });
});

describe('the gradient of class weights', () => {
  it.each([true, false])('agrees with the composed one, radial part: %s', async hasRadial => {
    const [classes, size] = [7, 13];
    const inputs = {
      pulls: randomValues([classes, size], 1),
      w: randomValues([classes, size], 2),
      ...(hasRadial && {radial: randomValues([classes, 1], 3)}),
      targetRows: randomValues([6, size], 4),
      // A class may come twice, and one of another process is dropped.
      ids: {shape: [6], values: Int32Array.of(6, 0, 3, 3, -1, 0)},
    };
    const expected = tf.tidy(() => {
      const tensors = Object.entries(inputs).map(([name, value]) => [
        name,
        tf.tensor(value.values, value.shape),
      ]);
      const gradient = classWeightGradient.composed?.(Object.fromEntries(tensors), {}) as tf.Tensor;
      return gradient.dataSync();
    });
    await checkKernel(heap, classWeightGradient, inputs, {}, {expected: [expected]});
  });
});

it('a hidden target is lower than any logit, and all others are as they were', async () => {
  const logits = randomValues([4, 5], 1);
  const labels = {shape: [4], values: Int32Array.of(0, 4, -1, 2)};
  const expected = Float32Array.from(logits.values, (value, place) =>
    [0, 9, 17].includes(place) ? -(2 ** 126) : value,
  );
  await checkKernel(heap, hideTarget, {logits, labels}, {}, {expected: [expected]});
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
