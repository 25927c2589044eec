import * as tf from '@tensorflow/tfjs-core';
import {type Address, advance, NOWHERE} from './address';
import {type Ending, NUMBERS, withEnding} from './ending';
import type {Heap} from './heap';
import {type Piece, split} from './threads/piece';

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

/** Where the records of column `first` are. */
const endingFrom = (ending: Address, first: number): Address =>
  ending === NOWHERE ? NOWHERE : advance(ending, 4 * first * NUMBERS);

/** Cuts the columns of the product. */
function multiply(heap: Heap, matrices: Matrices[], {rows, columns, depth}: Sizes, ending: Address): void {
  heap.runWithScratch(
    'matMul',
    heap.simd.matMulScratch({depth}),
    matrices.flatMap(({a, b, out}) =>
      groups(columns, rows * depth).map(({first, count}) => ({
        a,
        b: advance(b, 4 * first),
        ending: endingFrom(ending, first),
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
function multiplyTransposeB(
  heap: Heap,
  matrices: Matrices[],
  {rows, columns, depth}: Sizes,
  ending: Address,
): void {
  heap.runWithScratch(
    'matMulTransposeB',
    heap.simd.matMulTransposeBScratch({depth}),
    matrices.flatMap(({a, b, out}) =>
      groups(columns, rows * depth).map(({first, count}) => ({
        a,
        b: advance(b, 4 * first * depth),
        ending: endingFrom(ending, first),
        out: advance(out, 4 * first),
        rows,
        columns: count,
        outColumns: columns,
        depth,
      })),
    ),
  );
}

/** Which of the two are transposed. */
export interface Transposed {
  transposeA: boolean;
  transposeB: boolean;
}

/**
 * Products of matrices with at most one operand transposed, on all threads, whose sums end some way if `a` is not transposed; undefined for
 * others.
 */
export function matrixProduct(
  heap: Heap,
  {a, b}: Record<'a' | 'b', tf.TensorInfo>,
  {transposeA, transposeB}: Transposed,
  end: Pick<Ending, 'bias' | 'alpha' | 'slope' | 'low' | 'high'> = {},
): tf.TensorInfo | undefined {
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (
    (transposeA && (transposeB || Object.keys(end).length > 0)) ||
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
  withEnding(heap, end, columns, ending => {
    if (transposeA) multiplyTransposeA(heap, matrices, sizes);
    else if (transposeB) multiplyTransposeB(heap, matrices, sizes, ending);
    else multiply(heap, matrices, sizes, ending);
  });
  return out;
}
