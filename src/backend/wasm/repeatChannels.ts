import * as tf from '@tensorflow/tfjs-core';

/** Repeats each channel of an image `times` times, adjacently. */
export function repeatChannels(images: tf.Tensor4D, times: number): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const repeated = tf.tile(tf.reshape(images, [-1, 1]), [1, times]);
  return tf.reshape(repeated, [batch, height, width, channels * times]);
}
