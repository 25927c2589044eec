import * as tf from '@tensorflow/tfjs-core';

/** Of `artanh z / z` by z², highest power first: to float32's last digit for z up to 1/3. */
const SERIES = [1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3];

/**
 * `log(1 + e^d)` without overflow above and without loss of digits below. Not differentiable.
 *
 * `log(1 + e^−|d|) = 2 artanh(q/(2 − q))` with `q = σ(−|d|)`: no logarithm, which takes many times as long on some backends as the
 * products of a short series.
 *
 * @example
 * ```js
 * softplus(tf.tensor1d([-20, 0, 100])).print();   // [2.06e-9, 0.6931472, 100]
 * ```
 */
export function softplus(d: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const q = tf.sigmoid(tf.neg(tf.abs(d)));
    const z = tf.div(q, tf.sub(2, q));
    const square = tf.square(z);
    const [highest, ...rest] = SERIES;
    let series: tf.Tensor = tf.mul(square, highest);
    for (const coefficient of rest) series = tf.mul(tf.add(series, coefficient), square);
    return tf.add(tf.relu(d), tf.mul(tf.add(tf.mul(series, 2), 2), z));
  });
}
