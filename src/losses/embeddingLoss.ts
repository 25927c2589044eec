import type * as tf from '@tensorflow/tfjs-core';
import type {OptionNames} from '../base/checkOptions';

/** Options of one call of a loss. */
export interface LossOptions {
  /** Whether this is a training step, for losses that keep count. Default true. */
  training?: boolean;
  /** Seeds what the loss draws at random in this call, for losses that do. */
  draw?: string;
  /** The images that the embeddings are of, `[B, height, width, channels]`, for losses that look at them. */
  images?: tf.Tensor;
  /** Which images of the data these are, from 0, `B` of them, for losses that keep something for each. */
  places?: ArrayLike<number>;
}

/** The names of {@link LossOptions}, which every loss accepts, as whoever calls several gives them all the same. */
export const lossOptions: OptionNames<LossOptions> = {
  training: true,
  draw: true,
  images: true,
  places: true,
};

/**
 * What every loss on labeled embeddings has in common: heads, center loss, class agents, contrastive, triplet, incay.
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
   * @param options.draw Seeds what the loss draws at random in this call, for losses that do.
   * @param options.images The images that the embeddings are of, for losses that look at them.
   * @param options.places Which images of the data these are, for losses that keep something for each.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options?: LossOptions): tf.Tensor;

  /**
   * What a loss does to its own state at the end of a step, for one whose state follows the embeddings and no gradient:
   * centers move. Until then nothing of it has changed, and a step can still be canceled.
   *
   * @param embeddings Those of the whole step, `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options.learningRate How fast, as a multiple of the loss' own rate: that of the term in a trainer's objective. Default 1.
   */
  afterStep?(embeddings: tf.Tensor2D, labels: tf.Tensor1D, options?: {learningRate?: number}): void;

  /** The largest `learningRate` that `afterStep` takes. Default: any. */
  readonly maxLearningRate?: number;
}
