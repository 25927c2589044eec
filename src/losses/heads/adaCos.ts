import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import {placeInShard, sumOverShards} from '../../ops/margin/classShard';
import {hideTarget} from '../../ops/margin/hideTarget';
import {marginLogits} from '../../ops/margin/marginLogits';
import type {BatchScale, MarginRowOptions} from '../../ops/margin/marginRow';
import {type HeadCall, MarginHead, type MarginHeadConfig, marginHeadOptions} from './marginHead';
import {targetCosines} from './targetCosines';

/** Options of {@link adaCos}. */
export type AdaCosConfig = MarginHeadConfig;

/** No scale is smaller, so that a batch in which all other classes are far gives a finite one. */
const LEAST = 0.01;

/** The middle value of `[B, 1]`; of an even number, the lower of both middle ones, as PyTorch has it. */
function median(values: tf.Tensor): tf.Tensor {
  const descending = tf.topk(tf.reshape(values, [-1]), values.size).values;
  return tf.slice(descending, [Math.floor(values.size / 2)], [1]);
}

/** The AdaCos head; made by {@link adaCos}. */
export class AdaCos extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsAdaCos';
  private s!: LayerVariable;
  /** What the last loss in training made of its batch, and whose embeddings those were. */
  private next!: tf.Variable<tf.Rank.R0>;
  private nextOf: object | undefined;

  constructor(config: AdaCosConfig) {
    if (new.target === AdaCos) checkLayerOptions('adaCos', config, marginHeadOptions);
    super(config);
    if (this.classes < 3) {
      throw new Error(
        `${this.where}: classes must be 3 or more, but is ${this.classes}: the scale starts at √2 log(classes − 1).`,
      );
    }
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    this.s = this.addState('scale', Math.SQRT2 * Math.log(this.classes - 1));
    this.next = tf.variable(tf.scalar(0), false);
  }

  /** The scale that follows from a batch, `log B / cos(min(π/4, θ_med))`, by its cosines `[B, C]` and the targets' angles `[B, 1]`. */
  private nextScale(cosines: tf.Tensor2D, labels: tf.Tensor1D, angles: tf.Tensor): tf.Scalar {
    const {hidden} = placeInShard(labels, cosines.shape[1], this.shard);
    const logits = tf.mul(cosines, this.s.read()) as tf.Tensor2D;
    const exponentials = tf.sum(tf.exp(hideTarget(logits, hidden)), 1);
    const others = tf.mean(sumOverShards(exponentials, this.shard));
    const theta = median(angles);
    const scale = tf.div(tf.log(others), tf.cos(tf.minimum(theta, Math.PI / 4)));
    return tf.reshape(tf.maximum(scale, LEAST), []) as tf.Scalar;
  }

  override row(): MarginRowOptions {
    return {normalize: 'both', scale: this.s.read() as tf.Scalar};
  }

  protected override rowFor(embeddings: tf.Tensor2D, labels: tf.Tensor1D, call: HeadCall): MarginRowOptions {
    const row = super.rowFor(embeddings, labels, call);
    if (!call.training) return row;
    const scale: BatchScale = (cosines, {theta}) => {
      const next = this.nextScale(cosines, labels, theta);
      this.next.assign(next);
      this.nextOf = embeddings.dataId;
      return next;
    };
    return {...row, scale};
  }

  /** Keeps the scale that follows from a step's embeddings. A `Trainer` and `model.fit` call it. */
  override afterStep(embeddings: tf.Tensor2D, labels: tf.Tensor1D): void {
    tf.tidy(() => {
      this.s.write(this.scaleAfter(embeddings, labels));
    });
    this.nextOf = undefined;
  }

  /** The scale that follows from a step: known from its loss, unless it had several batches. */
  private scaleAfter(embeddings: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
    if (this.nextOf === embeddings.dataId) return this.next;
    const {classWeights, shard, subCenters} = this;
    const {target} = placeInShard(labels, classWeights.shape[0] / subCenters, shard);
    const cosines = marginLogits(embeddings, classWeights, target, {normalize: 'both', subCenters});
    const own = tf.clipByValue(targetCosines(embeddings, classWeights, labels, {shard, subCenters}), -1, 1);
    return this.nextScale(cosines, labels, tf.acos(own));
  }

  override dispose(): ReturnType<MarginHead['dispose']> {
    const result = super.dispose();
    if (result.refCountAfterDispose === 0) this.next.dispose();
    return result;
  }
}

/**
 * The AdaCos head: cosines with a scale that follows training and needs no tuning.
 *
 * `z_j = s cos θ_j` with `s = log B / cos(min(π/4, θ_med))`: B is the mean over the batch of `Σ_{j≠y} e^{s′ cos θ_j}` by the scale s′
 * before, θ_med the median of the targets' angles. s starts at `√2 log(classes − 1)`, has no gradient and is 0.01 or more. There is no margin: as classes
 * part s falls, so that examples which are nearly right keep a gradient. With few classes it falls too far: for ten, choose
 * {@link normFace} and a scale.
 *
 * Each loss in training takes the scale of its own batch; it is kept at the end of a step, by `Trainer` and `model.fit` alike (a loop of your
 * own calls {@link AdaCos.afterStep}), and stays still in validation.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Zhang, Zhao, Qiao, Wang, Li: AdaCos: Adaptively Scaling Cosine Logits for Effectively Learning Deep Face Representations,
 * [arXiv 1905.00292](https://arxiv.org/abs/1905.00292).
 *
 * @throws If `classes` is not a whole number of 3 or more.
 *
 * @example
 * ```js
 * const head = adaCos({classes: 1000});
 * const loss = head.loss(tf.randomNormal([4, 8]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function adaCos(config: AdaCosConfig): AdaCos {
  return new AdaCos(config);
}
