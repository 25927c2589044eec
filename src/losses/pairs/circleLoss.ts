import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {softplus} from '../../ops/margin/softplus';
import type {CosineTerms} from '../../ops/pairwise/cosineTerms';
import {maskedLogSumExp} from '../../ops/pairwise/maskedLogSumExp';
import {type ComparedCosines, CosinePairLoss} from './cosinePairLoss';

/** Options of {@link circleLoss}. */
export interface CircleLossConfig {
  /** The relaxation m, in units of the cosine, from 0 to 1. Default 0.4, the paper's for fine-grained retrieval; for faces it has 0.25. */
  margin?: number;
  /** γ. Default 80, the paper's for fine-grained retrieval; for faces it has 256. */
  scale?: number;
  /** The true gradient, or the paper's, which takes the factors in brackets as constants. Default `'exact'`. */
  gradient?: 'exact' | 'detached';
}

/** The Circle loss over pairs; made by {@link circleLoss}. */
export class CircleLoss extends CosinePairLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsCircleLoss';
  private readonly margin: number;
  private readonly scale: number;
  private readonly gradient: 'exact' | 'detached';

  constructor(config: CircleLossConfig = {}) {
    if (new.target === CircleLoss) {
      checkOptions('circleLoss', config, {margin: true, scale: true, gradient: true});
    }
    super('circleLoss');
    const {margin = 0.4, scale = 80, gradient = 'exact'} = config;
    this.margin = check.between('circleLoss', 'margin', margin, 0, 1);
    this.scale = check.positive('circleLoss', 'scale', scale);
    check.oneOf('circleLoss', 'gradient', gradient, ['exact', 'detached']);
    this.gradient = gradient;
  }

  /** What the loss is set to. */
  override getConfig(): CircleLossConfig {
    const {margin, scale, gradient} = this;
    return {margin, scale, gradient};
  }

  protected override terms({cosines, positive, negative}: ComparedCosines): CosineTerms<tf.Scalar> {
    const {margin: m, scale} = this;
    const exact = this.gradient === 'exact';
    const ofPositive = tf.relu(tf.sub(1 + m, cosines));
    const ofNegative = tf.relu(tf.add(cosines, m));
    const near = maskedLogSumExp(tf.mul(tf.mul(ofPositive, tf.sub(1 - m, cosines)), scale), positive);
    const far = maskedLogSumExp(tf.mul(tf.mul(ofNegative, tf.sub(cosines, m)), scale), negative);
    const nearSlope = tf.neg(exact ? tf.mul(tf.sub(1, cosines), 2) : ofPositive);
    const farSlope = exact ? tf.mul(tf.mul(cosines, 2), tf.step(ofNegative)) : ofNegative;

    const anchors = tf.mul(tf.step(tf.sum(positive, 1, true)), tf.step(tf.sum(negative, 1, true)));
    const share = tf.divNoNan(anchors, tf.sum(anchors));
    const total = tf.add(near.value, far.value);
    const push = tf.mul(tf.mul(tf.sigmoid(total), share), scale);
    const slopes = tf.add(tf.mul(near.shares, nearSlope), tf.mul(far.shares, farSlope));
    return {
      value: tf.sum(tf.mul(softplus(total), share)) as tf.Scalar,
      slopes: tf.mul(slopes, push) as tf.Tensor2D,
    };
  }
}

/**
 * The Circle loss over pairs: `log(1 + Σ_n e^{γ [s_n + m]₊ (s_n − m)} · Σ_p e^{−γ [1 + m − s_p]₊ (s_p − (1 − m))})` of each example
 * that has both, and the mean over those.
 *
 * s are cosines to the batch's positives p and negatives n. Each is weighted by how far it is from its optimum, by a factor that the paper takes
 * as a constant in the gradient (`gradient: 'detached'`). Needs batches with several examples a class. For classes see {@link circleFace}.
 *
 * Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei: Circle Loss: A Unified Perspective of Pair Similarity Optimization,
 * [arXiv 2002.10857](https://arxiv.org/abs/2002.10857).
 *
 * @throws If `margin` is not from 0 to 1, `scale` is not above 0, or `gradient` is not one of its names.
 *
 * @example
 * ```js
 * const loss = circleLoss({margin: 0.25, scale: 256}).loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));   // shape []
 * ```
 */
export function circleLoss(config: CircleLossConfig = {}): CircleLoss {
  return new CircleLoss(config);
}
