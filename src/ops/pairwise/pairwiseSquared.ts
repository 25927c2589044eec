import * as tf from '@tensorflow/tfjs-core';

/** The length of the longest row in steps of the grid: sums of products of two such rows stay exact in float32. */
const GRID = 2 ** 10;
/** Keeps the division by the step finite for rows of zeros. */
const TINY = 1e-30;

/**
 * Squared euclidean distances between all rows, from two matrix products.
 *
 * The usual form |a|² + |b|² − 2ab cancels for near rows: with unit rows, a distance below 0.01 has not two digits right, and a
 * gradient that divides by it is noise. So rows are split in two, a = h + l, with h on a grid so coarse that its products and their
 * sums are exact integers. Only terms of the size of l are rounded. Results below that rounding count as zero.
 *
 * @param rows `[B, D]`, best centered: a common offset costs digits.
 * @returns `[B, B]`, each 0 or more, 0 between equal rows.
 */
export function pairwiseSquared(rows: tf.Tensor2D): tf.Tensor2D {
  const step = tf.div(tf.maximum(tf.sqrt(tf.max(tf.sum(tf.square(rows), 1))), TINY), GRID);
  const scaled = tf.div(rows, step);
  const high = tf.round(scaled) as tf.Tensor2D;
  const low = tf.sub(scaled, high) as tf.Tensor2D;
  const middle = tf.add(high, tf.mul(low, 0.5)) as tf.Tensor2D;

  const exact = sumsLessTwice(tf.sum(tf.square(high), 1, true), tf.matMul(high, high, false, true));
  const crossed = tf.matMul(middle, low, false, true);
  const rounded = sumsLessTwice(
    tf.mul(tf.sum(tf.mul(middle, low), 1, true), 2),
    tf.add(crossed, tf.transpose(crossed)),
  );
  const squared = tf.add(exact, rounded);
  const dimension = rows.shape[1];
  const noise = 2 ** -23 * GRID * (4 * Math.sqrt(dimension) + dimension);
  return tf.mul(tf.mul(squared, tf.step(tf.sub(squared, noise))), tf.square(step)) as tf.Tensor2D;
}

/** `s_i + s_j − 2 p_ij`. */
const sumsLessTwice = (sizes: tf.Tensor, products: tf.Tensor) =>
  tf.sub(tf.add(sizes, tf.transpose(sizes)), tf.mul(products, 2));

/**
 * Carries derivatives by squared distances back to the rows, `∂/∂a_i = 2 Σ_j (g_ij + g_ji) (a_i − a_j)`.
 *
 * @param rows The same rows, `[B, D]`.
 * @param slopes The derivative by each squared distance, `[B, B]`; it need not be symmetric.
 */
export function pairwiseSquaredGradient(rows: tf.Tensor2D, slopes: tf.Tensor2D): tf.Tensor2D {
  const both = tf.add(slopes, tf.transpose(slopes)) as tf.Tensor2D;
  return tf.mul(2, tf.sub(tf.mul(tf.sum(both, 1, true), rows), tf.matMul(both, rows)));
}
