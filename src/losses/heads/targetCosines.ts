import * as tf from '@tensorflow/tfjs-core';
import {normalizeRows} from '../../ops/margin/normalizeRows';

/** The cosine between each embedding `[B, D]` and the weight of its class, `[B, 1]`. Not differentiable. */
export function targetCosines(embeddings: tf.Tensor2D, weights: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor {
  const own = normalizeRows(tf.gather(weights, labels)).unit;
  return tf.sum(tf.mul(normalizeRows(embeddings).unit, own), 1, true);
}
