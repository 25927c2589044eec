import type * as tf from '@tensorflow/tfjs-core';

/** The angle θ between each embedding and its target's weight, every part a tensor `[B, 1]`. */
export interface Angle {
  /** `cos θ`, in [−1, 1]. */
  readonly cos: tf.Tensor;
  /** `sin θ`, in [0, 1], precise also where `cos θ` rounds to ±1. */
  readonly sin: tf.Tensor;
  /** θ in radians, in [0, π]. */
  readonly theta: tf.Tensor;
  /** ‖x‖, the length of the embedding, which some heads take as its quality. */
  readonly norm: tf.Tensor;
}

/**
 * How a head uses the angle to the target: the function f of `z_y = A_y · f(θ)`.
 *
 * The derivative is taken by the angle, not by the cosine: `df/dθ` stays bounded where `df/dc = −(df/dθ)/sin θ` does
 * not, so a gradient built on it has no singularity at θ = 0 or π. Both functions run outside the gradient tape: they
 * may compare, select and round as they like.
 *
 * @example
 * ```ts
 * const cosFaceMargin: Margin = {value: ({cos}) => tf.sub(cos, 0.35)};
 * const arcFaceMargin: Margin = {
 *   value: ({theta}) => tf.cos(tf.add(theta, 0.5)),
 *   derivative: ({theta}) => tf.neg(tf.sin(tf.add(theta, 0.5))),
 * };
 * ```
 */
export interface Margin {
  /** f(θ), `[B, 1]`. */
  value(angle: Angle): tf.Tensor;
  /** `df/dθ`, `[B, 1]`. Leave it out where f is the cosine less a constant: then it is `−sin θ`. */
  derivative?(angle: Angle): tf.Tensor;
  /** `∂f/∂‖x‖`, `[B, 1]`, for a margin that depends on the length of the embedding. Leave it out where that is not differentiated. */
  normDerivative?(angle: Angle): tf.Tensor;
  /**
   * Replaces f and df/dθ in the gradient to the embedding, for margins whose published training differs from their formula. Leave it out
   * for the true gradient.
   *
   * @param norm ‖x‖, `[B, 1]`.
   */
  embeddingGradient?(
    angle: Angle,
    norm: tf.Tensor,
  ): {
    /** In place of f(θ), `[B, 1]`. */
    value: tf.Tensor;
    /** In place of df/dθ, `[B, 1]`. */
    derivative: tf.Tensor;
  };
}
