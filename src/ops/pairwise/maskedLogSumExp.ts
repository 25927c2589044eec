import * as tf from '@tensorflow/tfjs-core';

/** Below any logit that counts. */
const LOWEST = -1e30;

/** A logarithm of sums of exponentials, and the share of each term. */
export interface MaskedLogSumExp {
  /** `log Σ e^v` of the values that count (and 1, where asked); −1e30 where none does. The axis stays, with length 1. */
  value: tf.Tensor;
  /** `∂ value / ∂ v`: the softmax over what counts, 0 elsewhere. */
  shares: tf.Tensor;
}

/**
 * `log Σ e^v` over the places of a matrix that a mask names, without overflow. Not differentiable.
 *
 * @param values `[R, C]`.
 * @param mask 1 for what counts and 0 for the rest, float32 `[R, C]`.
 * @param options `axis` 0 or 1, default 1; `addOne` adds `e^0` to every sum, default false.
 */
export function maskedLogSumExp(
  values: tf.Tensor,
  mask: tf.Tensor,
  {axis = 1, addOne = false}: {axis?: 0 | 1; addOne?: boolean} = {},
): MaskedLogSumExp {
  const counted = tf.where(tf.greater(mask, 0), values, LOWEST);
  const highest = tf.max(counted, axis, true);
  const largest = addOne ? tf.relu(highest) : highest;
  const exponentials = tf.mul(tf.exp(tf.sub(counted, largest)), mask);
  const sum = tf.sum(exponentials, axis, true);
  const total = addOne ? tf.add(sum, tf.exp(tf.neg(largest))) : sum;
  const some = tf.greater(total, 0);
  return {
    value: tf.where(some, tf.add(largest, tf.log(tf.maximum(total, 1e-38))), LOWEST),
    shares: tf.divNoNan(exponentials, total),
  };
}
