import * as tf from '@tensorflow/tfjs-core';

/** 2¹² + 1: multiplying by it splits a float32 into two halves of 12 bits each (Veltkamp). */
const SPLITTER = 4097;
const TINY = 1e-30;

/** The first 12 bits of each value; what is left has 12 too. */
function highHalf(a: tf.Tensor): tf.Tensor {
  const shifted = tf.mul(a, SPLITTER);
  return tf.sub(shifted, tf.sub(shifted, a));
}

/**
 * The component of each row of `w` that is perpendicular to the same row of `x`, `t = w − x (w·x)/(x·x)`.
 *
 * Its length is `‖w‖ sin θ` and its direction is where `x` must turn to come nearer to `w`. Taken as
 * `√(1 − cos² θ)`, a float32 sine is noise below 0.0003 radians, and an ArcFace gradient built on it is wrong by orders
 * of magnitude. Here it is projected three times: first with a factor of 12 bits, whose products with the halves of `x` are
 * exact, so that nearly equal vectors do not cancel to rounding noise; then with what that factor was short of, and with the
 * rounding of that. It keeps five digits down to angles of 1e-6 and up to π − 1e-6.
 *
 * @param w Rows, `[B, D]`.
 * @param x Rows, `[B, D]`, norms between 1e-12 and 1e12; a zero row gives `w` itself.
 * @returns The perpendicular components, `[B, D]`.
 *
 * @example
 * ```js
 * tangent(tf.tensor2d([[1, 1e-6]]), tf.tensor2d([[2, 0]])).print();   // [[0, 1e-6]]
 * ```
 */
export function tangent(w: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const xx = tf.maximum(tf.sum(tf.square(x), 1, true), TINY);
    const along = (v: tf.Tensor) => tf.div(tf.sum(tf.mul(v, x), 1, true), xx);
    const factor = highHalf(along(w));
    const high = highHalf(x);
    const once = tf.sub(tf.sub(w, tf.mul(factor, high)), tf.mul(factor, tf.sub(x, high)));
    const twice = tf.sub(once, tf.mul(along(once), x));
    return tf.sub(twice, tf.mul(along(twice), x)) as tf.Tensor2D;
  });
}
