import * as tf from '@tensorflow/tfjs-core';

/** Backends whose `UnsortedSegmentSum` takes time in proportion to the rows; elsewhere it compares every id with every segment. */
const FAST_SEGMENT_SUM = new Set(['tensorflow', 'wasm']);

/**
 * Adds rows into a matrix of zeros at the given places, `out[ids_i] += rows_i`.
 *
 * @param rows `[B, D]`.
 * @param ids Places, int32 `[B]`, in [0, count).
 * @param count Rows of the result.
 * @returns `[count, D]`.
 *
 * ```js
 * scatterAddRows(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([2, 2], 'int32'), 3).print();   // [[0, 0], [0, 0], [4, 6]]
 * ```
 */
export function scatterAddRows(rows: tf.Tensor2D, ids: tf.Tensor1D, count: number): tf.Tensor2D {
  if (FAST_SEGMENT_SUM.has(tf.getBackend())) return tf.unsortedSegmentSum(rows, ids, count) as tf.Tensor2D;
  return tf.tidy(() => tf.matMul(tf.oneHot(ids, count) as tf.Tensor2D, rows, true, false));
}
