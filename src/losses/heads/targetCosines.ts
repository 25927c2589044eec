import * as tf from '@tensorflow/tfjs-core';
import {type ClassShard, placeInShard, toldByOwners} from '../../ops/margin/classShard';
import {normalizeRows} from '../../ops/margin/normalizeRows';

/**
 * The cosine between each embedding `[B, D]` and the weight of its class, `[B, 1]`. Not differentiable.
 *
 * @param shard Which classes the weights are of. Default: all.
 */
export function targetCosines(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  shard?: ClassShard,
): tf.Tensor {
  const {target, own} = placeInShard(labels, weights.shape[0], shard);
  const ofClass = normalizeRows(tf.gather(weights, target)).unit;
  const cosines = tf.sum(tf.mul(normalizeRows(embeddings).unit, ofClass), 1, true);
  return toldByOwners([cosines], own, shard)[0];
}
