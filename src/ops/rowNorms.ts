import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from './runRegistered';

/** The name under which a backend may register a one-pass kernel: inputs `{x: [C, D]}`, output `[C]`. */
export const ROW_NORMS = 'FaceMarginsRowNorms';

/**
 * Euclidean norms of the rows of a large matrix, `n_j = √(Σ_d w_jd²)`, in one pass where the backend has a kernel for it.
 *
 * Squares of components beyond 1.8e19 overflow float32 and give a norm of Infinity: for small matrices of unknown size
 * of component use {@link euclideanNorms}. Not differentiable.
 *
 * @param w Rows, `[C, D]`.
 * @returns The norms, `[C]`.
 *
 * @example
 * ```js
 * rowNorms(tf.tensor2d([[3, 4], [0, 2]])).print();   // [5, 2]
 * ```
 */
export function rowNorms(w: tf.Tensor2D): tf.Tensor1D {
  return (
    runRegistered<tf.Tensor1D>(ROW_NORMS, {x: w}) ??
    tf.tidy(() => tf.sqrt(tf.sum(tf.square(w), 1)) as tf.Tensor1D)
  );
}
