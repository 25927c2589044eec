import * as tf from '@tensorflow/tfjs-core';
import {type Address, advance} from '../address';
import type {Heap} from '../heap';
import {type Piece, split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Whether both have the same leading axes, or one is a single matrix, so that products are computed one by one. */
function pairwise(a: number[], b: number[]): boolean {
  return tf.util.arraysEqual(a, b) || tf.util.sizeFromShape(a) === 1 || tf.util.sizeFromShape(b) === 1;
}

interface Matrices {
  a: Address;
  b: Address;
  out: Address;
}

interface Sizes {
  rows: number;
  columns: number;
  depth: number;
}

/** Rows or columns that a kernel takes together. */
const GROUP = 16;

/** Cuts rows or columns between groups of them; a product of `depth` terms counts as much as an eighth of the numbers. */
function groups(total: number, each: number): Piece[] {
  return split(Math.ceil(total / GROUP), (GROUP * each) / 8).map(({first, count}) => ({
    first: GROUP * first,
    count: Math.min(total, GROUP * (first + count)) - GROUP * first,
  }));
}

/** Cuts the columns of the product. */
function multiply(heap: Heap, matrices: Matrices[], {rows, columns, depth}: Sizes): void {
  heap.runWithScratch(
    'matMul',
    heap.simd.matMulScratch({depth}),
    matrices.flatMap(({a, b, out}) =>
      groups(columns, rows * depth).map(({first, count}) => ({
        a,
        b: advance(b, 4 * first),
        out: advance(out, 4 * first),
        rows,
        columns: count,
        outColumns: columns,
        depth,
      })),
    ),
  );
}

/** Cuts the rows of the product. */
function multiplyTransposeA(heap: Heap, matrices: Matrices[], {rows, columns, depth}: Sizes): void {
  heap.runWithScratch(
    'matMulTransposeA',
    heap.simd.matMulTransposeAScratch({columns}),
    matrices.flatMap(({a, b, out}) =>
      groups(rows, columns * depth).map(({first, count}) => ({
        a: advance(a, 4 * first),
        b,
        out: advance(out, 4 * first * columns),
        rows: count,
        aColumns: rows,
        columns,
        depth,
      })),
    ),
  );
}

/** Cuts the columns of the product. */
function multiplyTransposeB(heap: Heap, matrices: Matrices[], {rows, columns, depth}: Sizes): void {
  heap.runWithScratch(
    'matMulTransposeB',
    heap.simd.matMulTransposeBScratch({depth}),
    matrices.flatMap(({a, b, out}) =>
      groups(columns, rows * depth).map(({first, count}) => ({
        a,
        b: advance(b, 4 * first * depth),
        out: advance(out, 4 * first),
        rows,
        columns: count,
        outColumns: columns,
        depth,
      })),
    ),
  );
}

/** Products with at most one operand transposed, on all threads; the backend's own kernel is slow for one that is. */
export const batchMatMul: WasmKernel = {
  kernelName: tf.BatchMatMul,

  simd(heap, {a, b}, attrs) {
    const {transposeA, transposeB} = attrs as tf.BatchMatMulAttrs;
    const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    if (
      (transposeA && transposeB) ||
      a.dtype !== 'float32' ||
      b.dtype !== 'float32' ||
      !pairwise(outerA, outerB)
    ) {
      return undefined;
    }
    const [rows, depth] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
    const columns = b.shape.at(transposeB ? -2 : -1) as number;
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
    const out = heap.output([...outer, rows, columns]);
    const stepA = tf.util.sizeFromShape(outerA) === 1 ? 0 : 4 * rows * depth;
    const stepB = tf.util.sizeFromShape(outerB) === 1 ? 0 : 4 * depth * columns;
    const all = heap.addresses({a, b, out});
    const matrices = Array.from({length: tf.util.sizeFromShape(outer)}, (_, i) => ({
      a: advance(all.a, i * stepA),
      b: advance(all.b, i * stepB),
      out: advance(all.out, i * 4 * rows * columns),
    }));
    const sizes = {rows, columns, depth};
    if (transposeA) multiplyTransposeA(heap, matrices, sizes);
    else if (transposeB) multiplyTransposeB(heap, matrices, sizes);
    else multiply(heap, matrices, sizes);
    return out;
  },

  composed({a, b}, attrs) {
    const {transposeA, transposeB} = attrs as tf.BatchMatMulAttrs;
    if (!transposeA && !transposeB) return undefined;
    return tf.tidy(() => tf.matMul(plain(a as tf.Tensor, transposeA), plain(b as tf.Tensor, transposeB)));
  },
};

/** Swaps the last two axes if requested. */
function plain(matrix: tf.Tensor, transposed: boolean): tf.Tensor {
  const last = matrix.rank - 1;
  return transposed
    ? tf.transpose(matrix, [...matrix.shape.keys()].slice(0, -2).concat(last, last - 1))
    : matrix;
}
