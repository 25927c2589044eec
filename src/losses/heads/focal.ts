import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {TargetLoss} from '../../ops/margin/targetLoss';

/** The focal loss of one γ; see {@link focal}. */
export interface FocalLoss extends TargetLoss {
  /** γ, the strength with which easy examples are weighted down. */
  readonly gamma: number;
}

/**
 * Focal loss on the target's probability p, for any head: `g(ℓ) = −(1 − p)^γ log p`, with `ℓ = log p`.
 *
 * Easy examples count less: with γ = 2 an example at p = 0.9 has a hundredth of its cross-entropy. `1 − p` is computed as
 * `−expm1(ℓ)`, so that loss and gradient keep their digits as p goes to one. Each example has its own factor. Some
 * public code for faces takes the factor from the batch's mean cross-entropy: it weights all examples alike and is another loss.
 *
 * Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection, [arXiv 1708.02002](https://arxiv.org/abs/1708.02002).
 *
 * @param options The strength with which easy examples are weighted down.
 * @param options.gamma γ, 0 or more. Default 2, the paper's best; 0 is the cross-entropy.
 * @throws If `gamma` is negative or not finite.
 *
 * @example
 * ```js
 * const head = arcFace({classes: 10, scale: 16, margin: 0.3, targetLoss: focal({gamma: 2})});
 * ```
 */
export function focal(options: {gamma?: number} = {}): FocalLoss {
  const {gamma = 2} = checkOptions('focal', options, {gamma: true});
  check.notNegative('focal', 'gamma', gamma);
  const miss = (logProbability: tf.Tensor) => tf.neg(tf.expm1(logProbability));
  return {
    gamma,
    value: logProbability => tf.mul(tf.neg(tf.pow(miss(logProbability), gamma)), logProbability),
    derivative: logProbability => {
      const missed = miss(logProbability);
      const certain = tf.equal(missed, 0);
      // log p / (1 − p) goes to −1 as p goes to 1.
      const safe = tf.where(certain, tf.onesLike(missed), missed);
      const ratio = tf.where(certain, tf.neg(safe), tf.div(logProbability, safe));
      const inner = tf.sub(tf.mul(gamma, tf.mul(tf.exp(logProbability), ratio)), 1);
      return tf.mul(tf.pow(missed, gamma), inner);
    },
  };
}
