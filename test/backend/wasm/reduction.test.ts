import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {mean} from '../../../src/backend/wasm/kernels/mean';
import {sum} from '../../../src/backend/wasm/kernels/sum';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

describe.each([
  ['sums', sum],
  ['means', mean],
])('%s agree with the cpu backend', (_, kernel) => {
  it.each([
    {shape: [600, 21], axes: [0], what: 'leading axes'},
    {shape: [3, 300, 16], axes: [0, 1], what: 'leading axes, in blocks'},
    {shape: [3, 4, 5, 37], axes: [0, 1, 2], what: 'all but the channels'},
    {shape: [4, 5, 3000], axes: [2], what: 'the last axis'},
    {shape: [4, 5, 7], axes: [1, 2], what: 'trailing axes'},
    {shape: [4, 5, 7], axes: [1], what: 'a middle axis'},
    {shape: [5, 1, 7], axes: [0, 1, 2], what: 'everything'},
    {shape: [1, 5, 1, 7], axes: [0, 2], what: 'axes of length 1'},
    {shape: [2, 1, 3], axes: [2, 0], what: 'axes apart, with one of length 1 between'},
    {shape: [], axes: [], what: 'a scalar'},
  ])('over $what of $shape', async ({shape, axes}) => {
    for (const keepDims of [false, true]) {
      await checkKernel(
        heap,
        kernel,
        {x: randomValues(shape, 1)},
        {axis: axes, keepDims},
        {covered: ['simd']},
      );
    }
  });

  it('leaves axes with others between, and integers, to the backend', async () => {
    await checkKernel(
      heap,
      kernel,
      {x: randomValues([2, 3, 4], 1)},
      {axis: [0, 2], keepDims: false},
      {covered: []},
    );
    await checkKernel(heap, kernel, {x: {shape: [2], values: new Int32Array(2)}}, {axis: [0]}, {covered: []});
  });
});

describe('through the public operations', () => {
  it('reduces what the SIMD kernels do not cover', () => {
    tf.tidy(() => {
      expect(tf.sum(tf.ones([2, 3, 4]), [0, 2]).arraySync()).toEqual([8, 8, 8]);
      expect(tf.sum(tf.tensor1d([1, 2, 3], 'int32')).arraySync()).toBe(6);
      expect(tf.sum(tf.tensor1d([true, false, true])).arraySync()).toBe(2);
      expect(tf.mean(tf.tensor1d([1, 2, 6], 'int32')).arraySync()).toBe(3);
      expect(tf.sum(tf.zeros([0, 3]), 0).arraySync()).toEqual([0, 0, 0]);
      expect(tf.sum(tf.ones([2, 3]), 1, true).shape).toEqual([2, 1]);
    });
  });

  it('loses no precision on a long sum', () => {
    tf.tidy(() => {
      expect(tf.sum(tf.fill([1_000_000, 1], 0.1), 0).dataSync()[0] / 100_000).toBeCloseTo(1, 5);
      expect(tf.sum(tf.fill([300_000, 4], 0.1), 0).dataSync()[3] / 30_000).toBeCloseTo(1, 4);
    });
  });
});
