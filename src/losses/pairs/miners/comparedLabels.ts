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
 * @param anchors How many of them, from the first, may be anchors: rows of the others have neither positives nor negatives. Default all.
 */
export function comparedLabels(labels: tf.Tensor1D, anchors?: number): ComparedLabels {
  const same = tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)) as tf.Tensor2D;
  const places = tf.range(0, labels.shape[0], 1, 'int32');
  const rows = tf.expandDims(places, 1);
  const columns = tf.expandDims(places, 0);
  const compared = {
    positive: tf.logicalAnd(same, tf.notEqual(rows, columns)) as tf.Tensor2D,
    negative: tf.logicalNot(same) as tf.Tensor2D,
    once: tf.less(rows, columns) as tf.Tensor2D,
  };
  if (anchors === undefined) return compared;
  // A negative label is a place without an example.
  const counts = tf.logicalAnd(tf.less(rows, anchors), tf.greaterEqual(tf.expandDims(labels, 0), 0));
  return {
    positive: tf.logicalAnd(compared.positive, counts) as tf.Tensor2D,
    negative: tf.logicalAnd(compared.negative, counts) as tf.Tensor2D,
    once: tf.logicalAnd(compared.once, counts) as tf.Tensor2D,
  };
}
