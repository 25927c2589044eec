import * as tf from '@tensorflow/tfjs-core';

/** What is smaller than so much of the largest weight adds nothing in float32, whose digits end at 1e-7 of a sum. */
const TINY = 1e-20;

/**
 * Weights without those that are too small to count, which become 0.
 *
 * Weight decay drives the weights of channels that nobody needs towards 0. Processors take ten times and more as long for numbers below
 * 1e-38, and products of tiny weights and activations are such.
 *
 * @param weights What a layer multiplies by or adds.
 */
export function withoutTinyWeights(weights: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const sizes = tf.abs(weights);
    // At most that of 1: an infinite weight would take all others with it.
    const limit = tf.mul(tf.minimum(tf.max(sizes), 1), TINY);
    return tf.where(tf.less(sizes, limit), tf.zerosLike(weights), weights);
  });
}
