import type * as tf from '@tensorflow/tfjs-core';
import type {OptionNames} from '../base/checkOptions';

/** Options of one call of a loss. */
export interface LossOptions {
  /** Whether this is a training step, for losses that keep count. Default true. */
  training?: boolean;
  /** The key of this call's random draws, for losses that make some: with one seed, one key gives the same draws. Default: the next. */
  randomKey?: string;
  /** The images of the embeddings, `[B, height, width, channels]`, for losses that look at them. */
  images?: tf.Tensor;
  /** The places of the images in the data, from 0, `B` of them, for losses that keep something for each. */
  places?: ArrayLike<number>;
}

/** The names of {@link LossOptions}. Every loss accepts all of them, so that code with several losses passes them the same. */
export const lossOptions: OptionNames<LossOptions> = {
  training: true,
  randomKey: true,
  images: true,
  places: true,
};

/**
 * The interface of every loss on labeled embeddings: heads, center loss, class agents, contrastive, triplet, incay.
 *
 * Any of them may be added to any other. The loss is `[B]`, one value an example, or for pairs and triplets a scalar; the
 * mean of either is the mean.
 *
 * @example
 * ```ts
 * const parts: [weight: number, part: EmbeddingLoss][] = [
 *   [1, arcFace({classes: 10})],
 *   [0.01, centerLoss({classes: 10})],
 *   [0.05, contrastiveLoss()],
 * ];
 * const total = tf.addN(parts.map(([weight, part]) => tf.mul(tf.mean(part.loss(embeddings, labels)), weight)));
 * ```
 */
export interface EmbeddingLoss {
  /**
   * The loss of a batch.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options.training Whether this is a training step, for losses that keep count. Default true.
   * @param options.randomKey The key of this call's random draws, for losses that make some.
   * @param options.images The images of the embeddings, for losses that look at them.
   * @param options.places The places of the images in the data, for losses that keep something for each.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options?: LossOptions): tf.Tensor;

  /**
   * Changes the loss' own state at the end of a step, if that state follows embeddings and not a gradient, as centers do. Until then
   * nothing has changed, and a step can be canceled.
   *
   * @param embeddings The embeddings of the whole step, `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options.learningRate A factor of the loss' own rate; a trainer passes the learning rate of the term. Default 1.
   */
  afterStep?(embeddings: tf.Tensor2D, labels: tf.Tensor1D, options?: {learningRate?: number}): void;

  /** What the loss is set to, as plain data, for checkpoints to tell what has changed. Default: they do not tell. */
  getConfig?(): object;

  /** The largest `learningRate` that `afterStep` takes. Default: any. */
  readonly maxLearningRate?: number;
}
