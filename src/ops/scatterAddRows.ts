import * as tf from '@tensorflow/tfjs-core';
import {oneHotLabels} from './oneHotLabels';

/**
 * Adds rows into a matrix of zeros at the given places, `out[ids_i] += rows_i`.
 *
 * @param rows `[B, D]`.
 * @param ids Places, int32 `[B]`, in [0, count).
 * @param count Rows of the result.
 * @returns `[count, D]`.
 *
 * @example
 * ```js
 * scatterAddRows(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([2, 2], 'int32'), 3).print();   // [[0, 0], [0, 0], [4, 6]]
 * ```
 */
export function scatterAddRows(rows: tf.Tensor2D, ids: tf.Tensor1D, count: number): tf.Tensor2D {
  const backend = tf.getBackend();
  // The cpu backend has the kernel, but compares every id with every segment in passes of its own.
  if (backend !== 'cpu' && tf.getKernel('UnsortedSegmentSum', backend) !== undefined) {
    return tf.unsortedSegmentSum(rows, ids, count) as tf.Tensor2D;
  }
  return tf.tidy(() => tf.matMul(oneHotLabels(ids, count), rows, true, false));
}
