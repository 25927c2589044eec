import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import type {WasmKernel} from '../wasmKernel';

/** Whether both have the same leading axes, or one is a single matrix, so that products are computed one by one. */
function pairwise(a: number[], b: number[]): boolean {
  return tf.util.arraysEqual(a, b) || tf.util.sizeFromShape(a) === 1 || tf.util.sizeFromShape(b) === 1;
}

/** Products with one operand transposed, for which the backend's own kernel is slow; it handles the others. */
export const batchMatMul: WasmKernel = {
  kernelName: tf.BatchMatMul,

  simd(heap, {a, b}, attrs) {
    const {transposeA, transposeB} = attrs as tf.BatchMatMulAttrs;
    const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    if (
      transposeA === transposeB ||
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
    const {simd} = heap;
    const multiply = transposeA ? simd.matMulTransposeA : simd.matMulTransposeB;
    const count = transposeA
      ? simd.matMulTransposeAScratch({columns})
      : simd.matMulTransposeBScratch({depth});
    const stepA = tf.util.sizeFromShape(outerA) === 1 ? 0 : 4 * rows * depth;
    const stepB = tf.util.sizeFromShape(outerB) === 1 ? 0 : 4 * depth * columns;
    const first = heap.addresses({a, b, out});
    heap.withScratch(count, scratch => {
      for (let i = 0; i < tf.util.sizeFromShape(outer); i++) {
        multiply({
          a: advance(first.a, i * stepA),
          b: advance(first.b, i * stepB),
          out: advance(first.out, i * 4 * rows * columns),
          rows,
          columns,
          depth,
          scratch,
        });
      }
    });
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
