import * as tf from '@tensorflow/tfjs-core';

/** 2¹² + 1: multiplying by it splits a float32 into two halves of 12 bits each (Veltkamp). */
const SPLITTER = 4097;
const TINY = 1e-30;

function split(a: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const shifted = tf.mul(a, SPLITTER);
  const high = tf.sub(shifted, tf.sub(shifted, a));
  return [high, tf.sub(a, high)];
}

/** `w − a·x` with the product taken exactly (Dekker), so that nearly equal vectors do not cancel to rounding noise. */
function exactRemainder(w: tf.Tensor, a: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const [aHigh, aLow] = split(a);
  const [xHigh, xLow] = split(x);
  const product = tf.mul(a, x);
  const highError = tf.sub(tf.mul(aHigh, xHigh), product);
  const mixedError = tf.add(tf.add(highError, tf.mul(aHigh, xLow)), tf.mul(aLow, xHigh));
  const error = tf.add(mixedError, tf.mul(aLow, xLow));
  return tf.sub(tf.sub(w, product), error);
}

/**
 * The component of each row of `w` that is perpendicular to the same row of `x`, `t = w − x (w·x)/(x·x)`.
 *
 * Its length is `‖w‖ sin θ` and its direction is where `x` must turn to come nearer to `w`. Taken as
 * `√(1 − cos² θ)`, a float32 sine is noise below 0.0003 radians, and an ArcFace gradient built on it is wrong by orders
 * of magnitude. Here the product is exact and the result is made perpendicular a second time, which keeps six digits
 * down to angles of 1e-6 and up to π − 1e-6.
 *
 * @param w Rows, `[B, D]`.
 * @param x Rows, `[B, D]`, norms between 1e-12 and 1e12; a zero row gives `w` itself.
 * @returns The perpendicular components, `[B, D]`.
 *
 * ```js
 * tangent(tf.tensor2d([[1, 1e-6]]), tf.tensor2d([[2, 0]])).print();   // [[0, 1e-6]]
 * ```
 */
export function tangent(w: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const xx = tf.maximum(tf.sum(tf.square(x), 1, true), TINY);
    const along = tf.div(tf.sum(tf.mul(w, x), 1, true), xx);
    const once = exactRemainder(w, along, x);
    const rest = tf.div(tf.sum(tf.mul(once, x), 1, true), xx);
    return tf.sub(once, tf.mul(rest, x)) as tf.Tensor2D;
  });
}
