import * as tf from '@tensorflow/tfjs-core';

/**
 * Marks each example's target: 1 there and 0 elsewhere; a label of −1 marks nothing. Like `tf.oneHot`, but float32 on every backend, and for a single
 * class too.
 *
 * @param labels Class ids, int32 `[B]`.
 * @param classes How many classes there are.
 * @returns `[B, classes]`.
 *
 * @example
 * ```js
 * oneHotLabels(tf.tensor1d([1, 0], 'int32'), 3).print();   // [[0, 1, 0], [1, 0, 0]]
 * ```
 */
export function oneHotLabels(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  if (classes === 1) {
    return tf.tidy(() => {
      const isFirst = tf.equal(labels, tf.scalar(0, 'int32'));
      return tf.reshape(tf.cast(isFirst, 'float32'), [-1, 1]);
    });
  }
  // Given float32 as its type, the wasm backend's kernel writes the bits of integers into it.
  return tf.tidy(() => tf.cast(tf.oneHot(labels, classes), 'float32') as tf.Tensor2D);
}
