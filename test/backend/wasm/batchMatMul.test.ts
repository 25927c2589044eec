import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {batchMatMul} from '../../../src/backend/wasm/kernels/batchMatMul';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

const sizes = [
  [1, 1, 1],
  [4, 8, 16],
  [5, 9, 3],
  [17, 2, 600],
  [35, 13, 7],
  [64, 20, 300],
];

describe.each([
  {transposeA: false, transposeB: false},
  {transposeA: true, transposeB: false},
  {transposeA: false, transposeB: true},
])('a product with $transposeA, $transposeB', ({transposeA, transposeB}) => {
  const covered = transposeA || transposeB ? ['simd', 'composed'] : ['simd'];
  const shapes = (rows: number, columns: number, depth: number) => [
    transposeA ? [depth, rows] : [rows, depth],
    transposeB ? [columns, depth] : [depth, columns],
  ];

  it.each(sizes)(
    'agrees with the cpu backend: %i rows, %i columns, depth %i',
    async (rows, columns, depth) => {
      const [a, b] = shapes(rows, columns, depth);
      const inputs = {a: randomValues([1, ...a], 1), b: randomValues([1, ...b], 2)};
      await checkKernel(heap, batchMatMul, inputs, {transposeA, transposeB}, {covered});
    },
  );

  it.each([
    [[3], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [[1], [4]],
    [[4], [1]],
  ])('of %j by %j matrices', async (outerA, outerB) => {
    const [a, b] = shapes(5, 6, 7);
    const inputs = {a: randomValues([...outerA, ...a], 1), b: randomValues([...outerB, ...b], 2)};
    await checkKernel(heap, batchMatMul, inputs, {transposeA, transposeB}, {covered});
  });
});

it('both operands transposed are transposed first', async () => {
  const inputs = {a: randomValues([2, 5, 3], 1), b: randomValues([2, 4, 5], 2)};
  await checkKernel(heap, batchMatMul, inputs, {transposeA: true, transposeB: true}, {covered: ['composed']});
});

it('plain products are the backend’s own where the heap is out of reach', () => {
  const [a, b] = [tf.ones([1, 2, 3]), tf.ones([1, 3, 2])];
  expect(batchMatMul.composed?.({a, b}, {transposeA: false, transposeB: false})).toBeUndefined();
  expect(tf.matMul(a, b).arraySync()).toEqual([
    [
      [3, 3],
      [3, 3],
    ],
  ]);
});
