import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {CosineTerms} from '../../ops/pairwise/cosineTerms';
import {maskedLogSumExp} from '../../ops/pairwise/maskedLogSumExp';
import {type ComparedCosines, CosinePairLoss} from './cosinePairLoss';

/** Options of {@link multiSimilarityLoss}. */
export interface MultiSimilarityConfig {
  /** α: how sharply hard positives count. Default 2, the paper's. */
  alpha?: number;
  /** β: how sharply hard negatives count. Default 50, the paper's. */
  beta?: number;
  /** λ: the cosine from which both are counted. Default 0.5, the paper's code. */
  base?: number;
  /** ε of the paper's mining, in units of the cosine: pairs that are easier by more than this are left out. Default 0.1; `false` for all pairs. */
  mining?: number | false;
}

/** Below any cosine, and, negated, above. */
const BEYOND = 4;

/** The multi-similarity loss; made by {@link multiSimilarityLoss}. */
export class MultiSimilarityLoss extends CosinePairLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsMultiSimilarityLoss';
  private readonly alpha: number;
  private readonly beta: number;
  private readonly base: number;
  private readonly mining: number | false;

  constructor(config: MultiSimilarityConfig = {}) {
    const where = 'multiSimilarityLoss';
    if (new.target === MultiSimilarityLoss) {
      checkOptions(where, config, {alpha: true, beta: true, base: true, mining: true});
    }
    super(where);
    const {alpha = 2, beta = 50, base = 0.5, mining = 0.1} = config;
    this.alpha = check.positive(where, 'alpha', alpha);
    this.beta = check.positive(where, 'beta', beta);
    this.base = check.between(where, 'base', base, -1, 1);
    this.mining = mining === false ? false : check.between(where, 'mining', mining, 0, 2);
  }

  /** What the loss is set to. */
  override getConfig(): MultiSimilarityConfig {
    const {alpha, beta, base, mining} = this;
    return {alpha, beta, base, mining};
  }

  protected override terms(pairs: ComparedCosines): CosineTerms<tf.Scalar> {
    const {alpha, beta, base} = this;
    const {cosines, positive, negative} = this.mining === false ? pairs : this.mine(pairs, this.mining);
    const near = maskedLogSumExp(tf.mul(tf.sub(base, cosines), alpha), positive, {addOne: true});
    const far = maskedLogSumExp(tf.mul(tf.sub(cosines, base), beta), negative, {addOne: true});
    const each = tf.add(tf.div(near.value, alpha), tf.div(far.value, beta));
    return {
      value: tf.mean(each) as tf.Scalar,
      slopes: tf.div(tf.sub(far.shares, near.shares), cosines.shape[0]) as tf.Tensor2D,
    };
  }

  /** Negatives nearer than the farthest positive, and positives farther than the nearest negative, by ε. */
  private mine({cosines, positive, negative}: ComparedCosines, epsilon: number): ComparedCosines {
    const least = tf.min(tf.where(tf.greater(positive, 0), cosines, BEYOND), 1, true);
    const most = tf.max(tf.where(tf.greater(negative, 0), cosines, -BEYOND), 1, true);
    const hardNegative = tf.cast(tf.greater(cosines, tf.sub(least, epsilon)), 'float32');
    const hardPositive = tf.cast(tf.less(cosines, tf.add(most, epsilon)), 'float32');
    return {
      cosines,
      positive: tf.mul(positive, hardPositive) as tf.Tensor2D,
      negative: tf.mul(negative, hardNegative) as tf.Tensor2D,
    };
  }
}

/**
 * The multi-similarity loss: `(1/α) log(1 + Σ_p e^{−α (s_p − λ)}) + (1/β) log(1 + Σ_n e^{β (s_n − λ)})` of each example, and the mean
 * over the batch.
 *
 * s are cosines to the batch's positives p and negatives n. With mining, the default, a negative counts where it is nearer than the
 * example's farthest positive less ε, a positive where it is farther than the nearest negative plus ε. Needs batches with several examples a class.
 *
 * Wang, Han, Huang, Dong, Scott: Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning,
 * [arXiv 1904.06627](https://arxiv.org/abs/1904.06627).
 *
 * @throws If `alpha` or `beta` is not above 0, `base` is not from −1 to 1, or `mining` is not from 0 to 2.
 *
 * @example
 * ```js
 * const loss = multiSimilarityLoss().loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));   // shape []
 * ```
 */
export function multiSimilarityLoss(config: MultiSimilarityConfig = {}): MultiSimilarityLoss {
  return new MultiSimilarityLoss(config);
}
