import * as tf from '@tensorflow/tfjs-core';
import {euclideanNorms} from '../euclideanNorms';
import {SHORTEST} from '../margin/normalizeRows';

/** Rows that are not normalized are shortened to this: from 2²⁴ on, a float32 does not see a margin of 1. */
const LONGEST_ROW = 2 ** 24;

/** The rows between which distances are taken, each a multiple of an embedding. */
export type PairwiseRows = {
  /** `rows_i = factor_i x_i`, `[N, D]`. */
  rows: tf.Tensor2D;
  /** `[N, 1]`. */
  factor: tf.Tensor2D;
};

/**
 * Prepares embeddings for distances between them: scaled to unit length, or only shortened to fit float32.
 *
 * Like the heads, it treats an embedding shorter than {@link SHORTEST} as a part of a unit vector. Without normalization embeddings
 * stay as they are, up to a length of 2²⁴.
 *
 * @param x Embeddings, `[N, D]`, any finite values.
 * @param normalize Whether rows become x/‖x‖.
 */
export function pairwiseRows(x: tf.Tensor2D, normalize: boolean): PairwiseRows {
  const norm = euclideanNorms(x);
  const factor = normalize
    ? tf.div(1, tf.maximum(norm, SHORTEST))
    : tf.minimum(1, tf.div(LONGEST_ROW, tf.maximum(norm, 1)));
  return {rows: tf.mul(x, factor) as tf.Tensor2D, factor: factor as tf.Tensor2D};
}

/**
 * Takes a gradient with respect to the rows back to the embeddings: `(g − x̂ (x̂ · g)) / ‖x‖` where they are normalized.
 *
 * @param gradient ∂L/∂rows, `[N, D]`.
 */
export function pairwiseRowsGradient(
  {rows, factor}: PairwiseRows,
  gradient: tf.Tensor,
  normalize: boolean,
): tf.Tensor2D {
  if (!normalize) return tf.mul(gradient, factor) as tf.Tensor2D;
  const radial = tf.sum(tf.mul(gradient, rows), 1, true);
  return tf.mul(tf.sub(gradient, tf.mul(radial, rows)), factor) as tf.Tensor2D;
}
