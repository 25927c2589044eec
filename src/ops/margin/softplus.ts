import * as tf from '@tensorflow/tfjs-core';

/** `log(1 + x)` for x ≥ 0 to full precision (Kahan): some backends take the logarithm of the rounded sum. */
function log1p(x: tf.Tensor): tf.Tensor {
  const sum = tf.add(x, 1);
  const excess = tf.sub(sum, 1);
  const lost = tf.equal(excess, 0);
  return tf.where(lost, x, tf.mul(tf.log(sum), tf.div(x, tf.where(lost, sum, excess))));
}

/**
 * `log(1 + e^d)` without overflow above and without loss of digits below. Not differentiable.
 *
 * @example
 * ```js
 * softplus(tf.tensor1d([-20, 0, 100])).print();   // [2.06e-9, 0.6931472, 100]
 * ```
 */
export function softplus(d: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.add(tf.relu(d), log1p(tf.exp(tf.neg(tf.abs(d))))));
}
