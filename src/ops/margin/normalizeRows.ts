import * as tf from '@tensorflow/tfjs-core';
import {euclideanNorms} from '../euclideanNorms';
import {runRegistered} from '../runRegistered';

/** The name under which a backend may register a kernel: inputs `{x: [B, D]}`, outputs `[norm, inverseNorm, unit]`. */
export const NORMALIZE_ROWS = 'FaceMarginsNormalizeRows';

/**
 * Vectors shorter than this are divided by it instead of by their norm. It bounds the gradient of a normalized vector,
 * which grows as 1/‖x‖, at 10⁴ times the gradient of the cosine; an embedding or a weight in use is far longer.
 */
export const SHORTEST = 1e-4;

/** Rows and their lengths. */
export interface NormalizedRows {
  /** ‖x‖, `[B, 1]`. */
  norm: tf.Tensor;
  /** 1/‖x‖, or 1/{@link SHORTEST} where a row is shorter. `[B, 1]`. */
  inverseNorm: tf.Tensor;
  /** x/‖x‖, `[B, D]`. */
  unit: tf.Tensor2D;
}

/** {@link normalizeRows} from stock operations. */
export function composedNormalizeRows(x: tf.Tensor2D): NormalizedRows {
  return tf.tidy(() => {
    const norm = euclideanNorms(x);
    const inverseNorm = tf.div(1, tf.maximum(norm, SHORTEST));
    return {norm, inverseNorm, unit: tf.mul(x, inverseNorm) as tf.Tensor2D};
  });
}

/**
 * Embeddings divided by their length, safe from overflow and underflow. Not differentiable.
 *
 * @param x Rows, `[B, D]`.
 *
 * @example
 * ```js
 * normalizeRows(tf.tensor2d([[3e30, 4e30]])).unit.print();   // [[0.6, 0.8]]
 * ```
 */
export function normalizeRows(x: tf.Tensor2D): NormalizedRows {
  const outputs = runRegistered<tf.Tensor[]>(NORMALIZE_ROWS, {x});
  if (outputs === undefined) return composedNormalizeRows(x);
  const [norm, inverseNorm, unit] = outputs;
  return {norm, inverseNorm, unit: unit as tf.Tensor2D};
}
