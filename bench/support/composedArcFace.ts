import * as tf from '@tensorflow/tfjs-core';

const normalized = (x: tf.Tensor) =>
  tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12))) as tf.Tensor2D;

/**
 * ArcFace as one writes it from stock TensorFlow.js operations: what the fused head is measured against. Its gradient is the
 * tape's, so the cosine is kept away from ±1, where that of `acos` is infinite.
 */
export function composedArcFace(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  labels: tf.Tensor1D,
  {scale, margin}: {scale: number; margin: number},
): tf.Scalar {
  const cos = tf.matMul(normalized(x), normalized(w), false, true);
  const own = tf.cast(tf.oneHot(labels, w.shape[0]), 'float32');
  const theta = tf.acos(tf.clipByValue(tf.sum(tf.mul(own, cos), 1, true), -1 + 1e-6, 1 - 1e-6));
  const change = tf.sub(tf.cos(tf.add(theta, margin)), tf.cos(theta));
  const logits = tf.mul(tf.add(cos, tf.mul(own, change)), scale);
  return tf.losses.softmaxCrossEntropy(own, logits) as tf.Scalar;
}
