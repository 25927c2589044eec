import * as tf from '@tensorflow/tfjs-core';

/**
 * Marks each example's own class: `value` there and 0 elsewhere. Like `tf.oneHot`, but for a single class too.
 *
 * @param labels Class ids, int32 `[B]`.
 * @param classes How many classes there are.
 * @param value What marks the place. Default 1.
 * @returns `[B, classes]`.
 *
 * ```js
 * ownClass(tf.tensor1d([1, 0], 'int32'), 3).print();   // [[0, 1, 0], [1, 0, 0]]
 * ```
 */
export function ownClass(labels: tf.Tensor1D, classes: number, value = 1): tf.Tensor2D {
  if (classes === 1) return tf.fill([labels.shape[0], 1], value);
  return tf.oneHot(labels, classes, value, 0, 'float32') as tf.Tensor2D;
}
