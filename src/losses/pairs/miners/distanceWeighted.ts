import * as tf from '@tensorflow/tfjs-core';
import {FAR, type MinedBatch, type Miner} from './miner';
import {onePerPair} from './onePerPair';

/** Options of distance-weighted sampling; distances are plain ones between unit embeddings, from 0 to 2. */
export interface DistanceWeightedOptions {
  /** Negatives nearer than this are drawn as if they were so far: nearer still, they are mostly noise. Default 0.5. */
  cutoff?: number;
  /** Negatives from this distance on are not drawn: they cost nothing. Default 1.4. */
  nonzeroCutoff?: number;
}

/**
 * The weights with which an anchor's negatives are drawn, `[A, B]`, the largest of each row 1.
 *
 * `log w = (2 − D) log d − ((D − 3)/2) log(1 − d²/4)` in D dimensions: the inverse of how often a distance d occurs between
 * random points of the sphere.
 *
 * @param squared d², `[A, B]`.
 */
export function distanceWeights(
  {squared, negative, dimension}: Pick<MinedBatch, 'squared' | 'negative' | 'dimension'>,
  {cutoff, nonzeroCutoff}: Required<DistanceWeightedOptions>,
): tf.Tensor {
  const held = tf.maximum(squared, cutoff ** 2);
  const nearEnough = tf.less(held, Math.min(nonzeroCutoff, 2) ** 2);
  const drawable = tf.logicalAnd(negative, nearEnough);
  const density = tf.add(
    tf.mul(tf.log(held), (dimension - 2) / 2),
    tf.mul(tf.log(tf.sub(1, tf.div(held, 4))), (dimension - 3) / 2),
  );
  const logWeights = tf.where(drawable, tf.neg(density), -FAR);
  const weights = tf.exp(tf.sub(logWeights, tf.max(logWeights, 1, true)));
  return tf.mul(weights, tf.cast(drawable, 'float32'));
}

/**
 * For each positive pair a negative drawn at random, all distances alike: Wu et al.,
 * [arXiv 1706.07567](https://arxiv.org/abs/1706.07567).
 *
 * Drawn by the inverse of the cumulative weights, which takes one random number for each pair where Gumbel noise takes one
 * for each triplet. An anchor whose negatives are all too far is left out.
 *
 * @param seed Seed of this draw.
 */
export const distanceWeighted =
  (options: Required<DistanceWeightedOptions>, seed: string): Miner =>
  (batch, penalty) => {
    const size = batch.distances.shape[0];
    const uniform = tf.randomUniform([size, size], 0, 1, 'float32', seed);
    return onePerPair(batch, penalty, ({start, squared, negative}) => {
      const weights = distanceWeights({squared, negative, dimension: batch.dimension}, options);
      const cumulative = tf.cumsum(weights, 1);
      const total = tf.max(cumulative, 1, true);
      // From (0, total], so that no example of weight zero is the first to reach it.
      const drawn = tf.mul(
        tf.sub(1, tf.slice(uniform, [start, 0], weights.shape as [number, number])),
        total,
      );
      const short = tf.step(tf.sub(tf.expandDims(drawn, 2), tf.expandDims(cumulative, 1)));
      return {places: tf.sum(short, 2), allowed: tf.step(weights)};
    });
  };
