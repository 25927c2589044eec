import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import {checkLabels} from '../../ops/checkLabels';
import {inHostMemory} from '../../ops/inHostMemory';
import {type LossAndCount, pairwiseBatch} from '../../ops/pairwise/pairwiseBatch';
import {pairwiseGiven} from '../../ops/pairwise/pairwiseGiven';
import type {EmbeddingLoss} from '../embeddingLoss';
import {comparedLabels} from './miners/comparedLabels';
import {type PairOptions, pairOptionNames, pairOptions} from './pairOptions';

/** Options of {@link contrastiveLoss}. */
export interface ContrastiveLossConfig extends PairOptions {
  /** The distance to which embeddings of different classes are pushed apart. Default 1: 60 degrees. */
  margin?: number;
  /** The distance up to which embeddings of one class have no loss. Default 0. */
  positiveMargin?: number;
  /** 2: half the squared hinge, as in DeepID2. 1: the hinge itself, as in pytorch-metric-learning. Default 2. */
  power?: 1 | 2;
}

const contrastiveLossOptions: OptionNames<ContrastiveLossConfig> = {
  margin: true,
  positiveMargin: true,
  power: true,
  ...pairOptionNames,
};

/** Throws where an answer is neither 0 nor 1: 0.5 and NaN would count as one class. */
function checkAnswers(same: tf.Tensor1D): void {
  if (same.dtype === 'bool' || !inHostMemory()) return;
  const values = same.dataSync();
  const wrong = values.findIndex(value => value !== 0 && value !== 1);
  if (wrong >= 0) {
    throw new Error(`contrastiveLoss: same[${wrong}] must be 0 or 1, but is ${values[wrong]}.`);
  }
}

/** The contrastive loss; made by {@link contrastiveLoss}. */
export class ContrastiveLoss implements EmbeddingLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsContrastiveLoss';
  private readonly options: Required<PairOptions>;
  private readonly margin: number;
  private readonly positiveMargin: number;
  private readonly power: 1 | 2;

  constructor(config: ContrastiveLossConfig = {}) {
    if (new.target === ContrastiveLoss) checkOptions('contrastiveLoss', config, contrastiveLossOptions);
    const {margin = 1, positiveMargin = 0, power = 2} = config;
    this.options = pairOptions('contrastiveLoss', config, {distance: 'euclidean', meanOver: 'all'});
    this.margin = check.notNegative('contrastiveLoss', 'margin', margin);
    this.positiveMargin = check.notNegative('contrastiveLoss', 'positiveMargin', positiveMargin);
    check.oneOf('contrastiveLoss', 'power', String(power), ['1', '2']);
    this.power = power;
  }

  /**
   * The mean over all pairs of a batch, each pair once: B(B − 1)/2 of them, or with `meanOver: 'active'` those above zero.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`; any integers.
   * @returns A scalar; 0 for a single example.
   * @throws If shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor): tf.Scalar {
    return tf.tidy(() => this.lossAndCount(embeddings, labels).loss);
  }

  /** The same with the count of pairs that the mean is over, `{loss, count}`, both scalars. */
  lossAndCount(embeddings: tf.Tensor, labels: tf.Tensor): LossAndCount {
    const [rows, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    checkLabels('contrastiveLoss', rows, ids);
    return pairwiseBatch(rows, this.options, ({distances}) => {
      const {positive, once} = comparedLabels(ids);
      const {values, slopes} = this.ofDistances(distances, positive);
      const counted = tf.cast(once, 'float32');
      const losses = tf.mul(values, counted);
      return {
        sum: tf.sum(losses),
        all: tf.sum(counted),
        active: tf.sum(tf.step(losses)),
        slopes: tf.mul(slopes, counted) as tf.Tensor2D,
      };
    });
  }

  /**
   * The loss of given pairs, for data that comes in pairs.
   *
   * @param first `[P, D]`.
   * @param second `[P, D]`.
   * @param same Whether `first_i` and `second_i` are of one class: bool or numbers 0 and 1, `[P]`.
   * @returns One value a pair, `[P]`; `meanOver` has no effect.
   * @throws If shapes do not belong together, or (on backends in host memory) a value of `same` is neither 0 nor 1.
   */
  pairLoss(first: tf.Tensor2D, second: tf.Tensor2D, same: tf.Tensor1D): tf.Tensor1D {
    if (first.rank !== 2 || !tf.util.arraysEqual(first.shape, second.shape)) {
      throw new Error(
        `contrastiveLoss: both halves of pairs must have one shape [pairs, dimension], but have [${first.shape}] and [${second.shape}].`,
      );
    }
    if (first.size === 0) {
      throw new Error(
        `contrastiveLoss: there must be at least one pair, but embeddings have shape [${first.shape}]; skip an empty batch.`,
      );
    }
    if (same.rank !== 1 || same.shape[0] !== first.shape[0]) {
      throw new Error(
        `contrastiveLoss: same must have shape [${first.shape[0]}], one for each pair, but has [${same.shape}].`,
      );
    }
    checkAnswers(same);
    return pairwiseGiven(first, second, this.options, distances =>
      this.ofDistances(distances, tf.cast(same, 'bool')),
    );
  }

  /** What the loss is set to. */
  getConfig(): ContrastiveLossConfig {
    const {options, margin, positiveMargin, power} = this;
    return {...options, margin, positiveMargin, power};
  }

  private ofDistances(distances: tf.Tensor, same: tf.Tensor): {values: tf.Tensor; slopes: tf.Tensor} {
    const tooFar = tf.sub(distances, this.positiveMargin);
    const hinge = tf.relu(tf.where(same, tooFar, tf.sub(this.margin, distances)));
    const sign = tf.where(same, tf.onesLike(distances), -1);
    return this.power === 2
      ? {values: tf.mul(tf.square(hinge), 0.5), slopes: tf.mul(sign, hinge)}
      : {values: hinge, slopes: tf.mul(sign, tf.step(hinge))};
  }
}

/**
 * The contrastive loss: `½ max(0, d − m₊)²` for two embeddings of one class, `½ max(0, m − d)²` for two of different ones.
 *
 * With m₊ = 0 it is DeepID2's verification signal, the default, taken between unit embeddings: a margin of 1 then is an
 * angle of 60 degrees for any network (`normalize: false` is the paper's own). Over all pairs of a batch
 * ({@link ContrastiveLoss.loss}) the mean is over every pair, so that it is the expectation of the formula and comparable
 * between batches; `meanOver: 'active'` leaves out pairs that cost nothing, which keeps the step size when most negatives
 * are far enough already. pytorch-metric-learning's is `power: 1` with means over active positives and over active
 * negatives apart, then added; TensorFlow Addons' lacks the ½. Pairs given: {@link ContrastiveLoss.pairLoss}.
 *
 * Beside a softmax head DeepID2 weights it with 0.05. The gradient between two equal embeddings is 0. In a batch,
 * embeddings nearer to each other than a few ten-thousandths of the batch's spread count as equal: float32 sees no
 * direction between them.
 *
 * Sun, Wang, Tang: Deep Learning Face Representation by Joint Identification-Verification,
 * [arXiv 1406.4773](https://arxiv.org/abs/1406.4773); Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant
 * Mapping, CVPR 2006.
 *
 * @throws If a margin is negative or not finite, or a name is not one of those listed.
 *
 * @example
 * ```js
 * const contrastive = contrastiveLoss({margin: 1});
 * const loss = contrastive.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));   // shape [], the mean of 6 pairs
 * const each = contrastive.pairLoss(tf.randomNormal([3, 2]), tf.randomNormal([3, 2]), tf.tensor1d([1, 0, 0]));   // shape [3]
 * ```
 */
export function contrastiveLoss(config: ContrastiveLossConfig = {}): ContrastiveLoss {
  return new ContrastiveLoss(config);
}
