import type * as tf from '@tensorflow/tfjs-core';
import type {Angle} from './margin';

/** What a head makes of the cosines of all classes but the target's. */
export interface OthersCosines {
  /** h(c), `[B, C]`; what it has at the target's place does not count. */
  value: tf.Tensor;
  /** `dh/dc`, `[B, C]`. */
  slope: tf.Tensor;
}

/**
 * How a head uses the cosines to the classes that are not the target: the function h of `z_j = A_j · h(c_j)`, `j ≠ y`.
 *
 * It runs outside the gradient tape: it may compare, select and round as it likes. Where h depends on the target's angle,
 * or on a state, no gradient goes through that.
 *
 * @param cosines `cos θ_j`, `[B, C]`.
 * @param angle The angle to the target.
 *
 * @example
 * ```ts
 * // Harder negatives count more: c becomes 1.2 c + 0.2 where it is above the target's cosine.
 * const others: OthersMargin = (cosines, {cos}) => {
 *   const hard = tf.greater(cosines, cos);
 *   return {
 *     value: tf.where(hard, tf.add(tf.mul(cosines, 1.2), 0.2), cosines),
 *     slope: tf.add(1, tf.mul(0.2, tf.cast(hard, 'float32'))),
 *   };
 * };
 * ```
 */
export type OthersMargin = (cosines: tf.Tensor2D, angle: Angle) => OthersCosines;
