import {beforeAll, describe, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {padV2} from '../../../src/backend/wasm/kernels/padV2';
import {slice} from '../../../src/backend/wasm/kernels/slice';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

const simd = {covered: ['simd']};
const stock = {covered: []};

describe('padding of images agrees with the cpu backend', () => {
  it.each([
    [[1, 3, 4, 2], [1, 1], [1, 1], 0],
    [[3, 5, 2, 7], [0, 2], [3, 0], -1.5],
    [[40, 16, 16, 16], [0, 1], [0, 1], 0],
    [[2, 1, 1, 1], [0, 0], [0, 0], 0],
  ])('%j by %j rows and %j columns of %d', async (shape, rows, columns, constantValue) => {
    const paddings = [[0, 0], rows, columns, [0, 0]];
    await checkKernel(heap, padV2, {x: randomValues(shape as number[], 1)}, {paddings, constantValue}, simd);
  });

  it('or stays with the backend', async () => {
    const x = randomValues([2, 3, 3, 2], 1);
    for (const paddings of [
      [
        [1, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 2],
      ],
    ]) {
      await checkKernel(heap, padV2, {x}, {paddings, constantValue: 0}, stock);
    }
    const flat = {x: randomValues([4, 3], 1)};
    await checkKernel(
      heap,
      padV2,
      flat,
      {
        paddings: [
          [1, 0],
          [0, 1],
        ],
        constantValue: 0,
      },
      stock,
    );
  });
});

describe('a slice of images agrees with the cpu backend', () => {
  it.each([
    [
      [2, 4, 5, 3],
      [0, 1, 2, 0],
      [2, 2, 3, 3],
    ],
    [
      [2, 4, 5, 3],
      [0, 0, 1, 0],
      [-1, -1, -1, -1],
    ],
    [
      [40, 17, 17, 16],
      [0, 0, 0, 0],
      [40, 16, 16, 16],
    ],
  ])('of %j from %j, size %j', async (shape, begin, size) => {
    await checkKernel(heap, slice, {x: randomValues(shape, 1)}, {begin, size}, simd);
  });

  it('or stays with the backend', async () => {
    const x = randomValues([3, 4, 5, 2], 1);
    await checkKernel(heap, slice, {x}, {begin: [1, 0, 0, 0], size: [2, 4, 5, 2]}, stock);
    await checkKernel(heap, slice, {x}, {begin: [0, 0, 0, 1], size: [3, 4, 5, 1]}, stock);
    await checkKernel(heap, slice, {x: randomValues([4, 3], 1)}, {begin: [1, 0], size: [2, 2]}, stock);
  });
});
