import * as tf from '@tensorflow/tfjs-core';

/** The least divisor; it keeps the division of a row of zeros finite. */
const SMALLEST = 1e-30;

/**
 * Euclidean norms of the rows of a matrix, safe from overflow and underflow.
 *
 * `‖x_i‖ = max_d |x_id| · ‖x_i / max_d |x_id|‖`: the squares of the scaled row neither overflow nor vanish, whatever
 * the size of its components. For the usual sizes one pass of {@link rowNorms} gives the same and costs less.
 *
 * @param x Rows, `[N, D]`.
 * @returns The norms, `[N, 1]`.
 *
 * @example
 * ```js
 * euclideanNorms(tf.tensor2d([[3e30, 4e30], [0, 0]])).print();   // [[5e30], [0]]
 * ```
 */
export function euclideanNorms(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const largest = tf.maximum(tf.max(tf.abs(x), 1, true), SMALLEST);
    const scaled = tf.div(x, largest);
    return tf.mul(largest, tf.sqrt(tf.sum(tf.square(scaled), 1, true)));
  });
}
