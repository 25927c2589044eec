import * as tf from '@tensorflow/tfjs-core';
import {matrixProduct} from '../matrixProduct';
import type {WasmKernel} from '../wasmKernel';

/** Products with at most one operand transposed, on all threads; the backend's own kernel is slow for one that is. */
export const batchMatMul: WasmKernel = {
  kernelName: tf.BatchMatMul,

  simd: (heap, {a, b}, attrs) => matrixProduct(heap, {a, b}, attrs as tf.BatchMatMulAttrs),

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
