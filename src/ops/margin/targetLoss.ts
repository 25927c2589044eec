import type * as tf from '@tensorflow/tfjs-core';

/**
 * The loss as a function g of the target's log-probability ℓ ≤ 0.
 *
 * Both functions run outside the gradient tape. `1 − p` is best taken as `−expm1(ℓ)`, which keeps its digits when the
 * probability is near one.
 *
 * @example
 * ```ts
 * const crossEntropy: TargetLoss = {value: l => tf.neg(l), derivative: l => tf.fill(l.shape, -1)};
 * ```
 */
export interface TargetLoss {
  /** g(ℓ), same shape as ℓ. */
  value(logProbability: tf.Tensor): tf.Tensor;
  /** g′(ℓ), same shape as ℓ. */
  derivative(logProbability: tf.Tensor): tf.Tensor;
}
