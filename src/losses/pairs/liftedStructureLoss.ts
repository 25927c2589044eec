import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {checkLabels} from '../../ops/checkLabels';
import {maskedLogSumExp} from '../../ops/pairwise/maskedLogSumExp';
import {pairwiseBatch} from '../../ops/pairwise/pairwiseBatch';
import {type EmbeddingLoss, type LossOptions, lossOptions} from '../embeddingLoss';
import {comparedLabels} from './miners/comparedLabels';

/** Options of {@link liftedStructureLoss}. */
export interface LiftedStructureConfig {
  /** How far apart embeddings of different classes are pushed, in units of the distance. Default 1, the paper's. */
  margin?: number;
  /** Whether distances are between x/‖x‖. Default true; the paper has them between the embeddings themselves. */
  normalize?: boolean;
}

/** The lifted structure loss; made by {@link liftedStructureLoss}. */
export class LiftedStructureLoss implements EmbeddingLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsLiftedStructureLoss';
  private readonly margin: number;
  private readonly normalize: boolean;

  constructor(config: LiftedStructureConfig = {}) {
    if (new.target === LiftedStructureLoss) {
      checkOptions('liftedStructureLoss', config, {margin: true, normalize: true});
    }
    const {margin = 1, normalize = true} = config;
    this.margin = check.notNegative('liftedStructureLoss', 'margin', margin);
    this.normalize = normalize;
  }

  /** What the loss is set to. */
  getConfig(): LiftedStructureConfig {
    const {margin, normalize} = this;
    return {margin, normalize};
  }

  /**
   * The mean over all positive pairs of a batch.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`; any integers.
   * @param options Of this call.
   * @returns A scalar; 0 where the batch has no positive pair, or no negative one.
   * @throws If shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Scalar {
    checkOptions<LossOptions>('liftedStructureLoss.loss', options, lossOptions);
    const [rows, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    checkLabels('liftedStructureLoss', rows, ids);
    const settings = {distance: 'euclidean', normalize: this.normalize, meanOver: 'all'} as const;
    return tf.tidy(
      () =>
        pairwiseBatch(rows, settings, ({distances}) => {
          const compared = comparedLabels(ids);
          const positive = tf.cast(compared.positive, 'float32');
          const far = maskedLogSumExp(tf.sub(this.margin, distances), tf.cast(compared.negative, 'float32'));
          // The negatives of either half of a pair, by the sums of both.
          const highest = tf.maximum(far.value, tf.transpose(far.value));
          const one = tf.exp(tf.sub(far.value, highest));
          const both = tf.add(highest, tf.log(tf.add(one, tf.exp(tf.sub(tf.transpose(far.value), highest)))));
          const hinge = tf.mul(tf.relu(tf.add(both, distances)), positive);
          // An example's part in the sum of its pairs' negatives.
          const part = tf.sum(tf.mul(hinge, tf.exp(tf.sub(far.value, both))), 1, true);
          return {
            sum: tf.mul(tf.sum(tf.square(hinge)), 0.5),
            all: tf.sum(positive),
            active: tf.sum(tf.step(hinge)),
            slopes: tf.sub(hinge, tf.mul(far.shares, tf.mul(part, 2))) as tf.Tensor2D,
          };
        }).loss,
    );
  }
}

/**
 * The lifted structure loss: `½ max(0, J)²` of each positive pair, `J = d_ij + log(Σ_{n∈N(i)} e^{m − d_in} + Σ_{n∈N(j)} e^{m − d_jn})`, and the
 * mean over those.
 *
 * Every pair competes with all negatives of both its halves. Distances are euclidean, between unit embeddings by default.
 *
 * Oh Song, Xiang, Jegelka, Savarese: Deep Metric Learning via Lifted Structured Feature Embedding,
 * [arXiv 1511.06452](https://arxiv.org/abs/1511.06452).
 *
 * @throws If `margin` is negative.
 *
 * @example
 * ```js
 * const loss = liftedStructureLoss().loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));   // shape []
 * ```
 */
export function liftedStructureLoss(config: LiftedStructureConfig = {}): LiftedStructureLoss {
  return new LiftedStructureLoss(config);
}
