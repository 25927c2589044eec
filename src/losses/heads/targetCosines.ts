import * as tf from '@tensorflow/tfjs-core';
import {type ClassShard, placeInShard, toldByOwners} from '../../ops/margin/classShard';
import {normalizeRows} from '../../ops/margin/normalizeRows';

/**
 * The cosine between each embedding `[B, D]` and the weight of its class, the nearest where there are several, `[B, 1]`. Not differentiable.
 *
 * @param options Of the weights.
 * @param options.shard Which classes they are of. Default: all.
 * @param options.subCenters How many a class has.
 */
export function targetCosines(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  {shard, subCenters}: {shard: ClassShard | undefined; subCenters: number},
): tf.Tensor {
  const [rows, dimension] = weights.shape;
  const {target, own} = placeInShard(labels, rows / subCenters, shard);
  const ofClass = tf.gather(tf.reshape(weights, [-1, subCenters, dimension]), target);
  const centers = normalizeRows(tf.reshape(ofClass, [-1, dimension]) as tf.Tensor2D).unit;
  const unit = tf.expandDims(normalizeRows(embeddings).unit, 1);
  const each = tf.sum(tf.mul(unit, tf.reshape(centers, [-1, subCenters, dimension])), 2);
  const cosines = tf.max(each, 1, true);
  return toldByOwners([cosines], own, shard)[0];
}
