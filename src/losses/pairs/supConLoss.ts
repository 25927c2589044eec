import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {CosineTerms} from '../../ops/pairwise/cosineTerms';
import {maskedLogSumExp} from '../../ops/pairwise/maskedLogSumExp';
import {type ComparedCosines, CosinePairLoss} from './cosinePairLoss';

/** Options of {@link supConLoss}. */
export interface SupConConfig {
  /** τ: what cosines are divided by. Default 0.1, the paper's. */
  temperature?: number;
}

/** The supervised contrastive loss; made by {@link supConLoss}. */
export class SupConLoss extends CosinePairLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsSupConLoss';
  private readonly temperature: number;

  constructor(config: SupConConfig = {}) {
    if (new.target === SupConLoss) checkOptions('supConLoss', config, {temperature: true});
    super('supConLoss');
    this.temperature = check.positive('supConLoss', 'temperature', config.temperature ?? 0.1);
  }

  /** What the loss is set to. */
  override getConfig(): SupConConfig {
    const {temperature} = this;
    return {temperature};
  }

  protected override terms({cosines, positive, negative}: ComparedCosines): CosineTerms<tf.Scalar> {
    const logits = tf.div(cosines, this.temperature);
    const all = maskedLogSumExp(logits, tf.add(positive, negative));
    const counts = tf.sum(positive, 1, true);
    const anchors = tf.step(counts);
    const share = tf.divNoNan(1, tf.sum(anchors));
    const pull = tf.divNoNan(positive, counts);
    const each = tf.mul(tf.sub(all.value, tf.sum(tf.mul(pull, logits), 1, true)), anchors);
    const slopes = tf.mul(tf.sub(tf.mul(all.shares, anchors), pull), tf.div(share, this.temperature));
    return {value: tf.mul(tf.sum(each), share) as tf.Scalar, slopes: slopes as tf.Tensor2D};
  }
}

/**
 * The supervised contrastive loss: `−(1/|P|) Σ_{p∈P} log(e^{s_p/τ} / Σ_{a≠i} e^{s_a/τ})` of each example with positives, and the mean over those.
 *
 * s are cosines to the other examples of the batch. Every positive competes with all others, positives too. Needs batches with
 * several examples a class; an example alone in its class has no loss of its own, and is a negative of the others.
 *
 * Khosla et al.: Supervised Contrastive Learning, [arXiv 2004.11362](https://arxiv.org/abs/2004.11362).
 *
 * @throws If `temperature` is not above 0.
 *
 * @example
 * ```js
 * const loss = supConLoss().loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));   // shape []
 * ```
 */
export function supConLoss(config: SupConConfig = {}): SupConLoss {
  return new SupConLoss(config);
}
