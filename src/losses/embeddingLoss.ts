import type * as tf from '@tensorflow/tfjs-core';

/**
 * What every loss on labelled embeddings has in common: heads, centre loss, class agents, contrastive, triplet, incay.
 *
 * Any of them may be added to any other. The loss is `[B]`, one value an example, or for pairs and triplets a scalar; the
 * mean of either is the mean.
 *
 * ```js
 * const parts = [[1, arcFace({classes: 10})], [0.01, centerLoss({classes: 10})], [0.05, contrastiveLoss()]];
 * const total = (x, labels) => tf.addN(parts.map(([weight, part]) => tf.mul(tf.mean(part.loss(x, labels)), weight)));
 * ```
 */
export interface EmbeddingLoss {
  /**
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options.training Whether this is a training step, for losses that keep count or move centres. Default true.
   */
  loss(embeddings: tf.Tensor2D, labels: tf.Tensor1D, options?: {training?: boolean}): tf.Tensor;
}
