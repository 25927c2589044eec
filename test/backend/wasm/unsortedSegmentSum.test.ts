import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {unsortedSegmentSum} from '../../../src/backend/wasm/kernels/unsortedSegmentSum';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

const ids = (...values: number[]) => ({shape: [values.length], values: Int32Array.from(values)});

it.each([[[6]], [[6, 1]], [[6, 4]], [[6, 3, 7]]])('sums rows of %j by segment', async shape => {
  await checkKernel(
    heap,
    unsortedSegmentSum,
    {x: randomValues(shape, 1), segmentIds: ids(4, 0, 2, 0, 0, 4)},
    {numSegments: 6},
  );
});

it('drops rows whose id is negative or too large', async () => {
  const x = {shape: [4, 2], values: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8])};
  const expected = [[5, 6, 0, 0]];
  await checkKernel(
    heap,
    unsortedSegmentSum,
    {x, segmentIds: ids(-1, 2, 0, -7)},
    {numSegments: 2},
    {expected},
  );
});

it('sums integers', async () => {
  const x = {shape: [3], values: Int32Array.from([1, 2, 3])};
  await checkKernel(
    heap,
    unsortedSegmentSum,
    {x, segmentIds: ids(1, 1, 0)},
    {numSegments: 2},
    {covered: ['composed']},
  );
});

it('gives gather its gradient', () => {
  tf.tidy(() => {
    const gather = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'));
    const gradient = tf.grad(gather)(
      tf.zeros([4, 2]),
      tf.tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    expect(gradient.arraySync()).toEqual([
      [3, 4],
      [0, 0],
      [6, 8],
      [0, 0],
    ]);
  });
});
