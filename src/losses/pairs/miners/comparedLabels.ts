import * as tf from '@tensorflow/tfjs-core';

/** How the examples of a batch compare, each bool `[B, B]`. */
export interface ComparedLabels {
  /** Where row and column are two examples of one class. */
  positive: tf.Tensor2D;
  /** Where they are of different classes. */
  negative: tf.Tensor2D;
  /** Where the row comes before the column: every pair once. */
  once: tf.Tensor2D;
}

/**
 * Compares every label of a batch with every other.
 *
 * @param labels Class ids, int32 `[B]`.
 */
export function comparedLabels(labels: tf.Tensor1D): ComparedLabels {
  const same = tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)) as tf.Tensor2D;
  const places = tf.range(0, labels.shape[0], 1, 'int32');
  const rows = tf.expandDims(places, 1);
  const columns = tf.expandDims(places, 0);
  return {
    positive: tf.logicalAnd(same, tf.notEqual(rows, columns)) as tf.Tensor2D,
    negative: tf.logicalNot(same) as tf.Tensor2D,
    once: tf.less(rows, columns) as tf.Tensor2D,
  };
}
