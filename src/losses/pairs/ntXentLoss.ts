import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {softplus} from '../../ops/margin/softplus';
import type {CosineTerms} from '../../ops/pairwise/cosineTerms';
import {maskedLogSumExp} from '../../ops/pairwise/maskedLogSumExp';
import {type ComparedCosines, CosinePairLoss} from './cosinePairLoss';

/** Options of {@link ntXentLoss}. */
export interface NtXentConfig {
  /** τ: what cosines are divided by. Default 0.07, as pytorch-metric-learning has it. */
  temperature?: number;
}

/** The NT-Xent loss; made by {@link ntXentLoss}. */
export class NtXentLoss extends CosinePairLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsNtXentLoss';
  private readonly temperature: number;

  constructor(config: NtXentConfig = {}) {
    if (new.target === NtXentLoss) checkOptions('ntXentLoss', config, {temperature: true});
    super('ntXentLoss');
    this.temperature = check.positive('ntXentLoss', 'temperature', config.temperature ?? 0.07);
  }

  /** What the loss is set to. */
  override getConfig(): NtXentConfig {
    const {temperature} = this;
    return {temperature};
  }

  protected override terms({cosines, positive, negative}: ComparedCosines): CosineTerms<tf.Scalar> {
    const logits = tf.div(cosines, this.temperature);
    const others = maskedLogSumExp(logits, negative);
    // −log p of the pair is softplus of how far all negatives together are ahead of it.
    const gap = tf.sub(others.value, logits);
    const miss = tf.mul(tf.sigmoid(gap), positive);
    const each = tf.mul(softplus(gap), positive);
    const share = tf.divNoNan(1, tf.sum(positive));
    const slopes = tf.sub(tf.mul(others.shares, tf.sum(miss, 1, true)), miss);
    return {
      value: tf.mul(tf.sum(each), share) as tf.Scalar,
      slopes: tf.mul(slopes, tf.div(share, this.temperature)) as tf.Tensor2D,
    };
  }
}

/**
 * The normalized temperature-scaled cross-entropy: `−log(e^{s_p/τ} / (e^{s_p/τ} + Σ_n e^{s_n/τ}))` of each positive pair, and the mean over those.
 *
 * s are cosines; a positive competes with the negatives of its example and not with its other positives. With one positive an example it is the
 * N-pairs loss on unit embeddings, and SimCLR's.
 *
 * Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NeurIPS 2016; Chen, Kornblith, Norouzi, Hinton: A Simple
 * Framework for Contrastive Learning of Visual Representations, [arXiv 2002.05709](https://arxiv.org/abs/2002.05709).
 *
 * @throws If `temperature` is not above 0.
 *
 * @example
 * ```js
 * const loss = ntXentLoss().loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));   // shape []
 * ```
 */
export function ntXentLoss(config: NtXentConfig = {}): NtXentLoss {
  return new NtXentLoss(config);
}
