import * as tf from '@tensorflow/tfjs-core';
import {inAnchorBlocks} from './inAnchorBlocks';
import {countActive, FAR, type Miner} from './miner';

/** Every anchor with every positive and every negative. */
export const batchAll: Miner = (batch, {margin, value, slope}) =>
  inAnchorBlocks(batch, ({distances, positive, negative}) => {
    // A distance that is not a positive's counts as far too near, one that is not a negative's as far too far, to violate anything.
    const toPositives = tf.where(positive, tf.add(distances, margin), -FAR);
    const toNegatives = tf.where(negative, distances, FAR);
    const violation = tf.sub(tf.expandDims(toPositives, 2), tf.expandDims(toNegatives, 1));
    const values = value(violation);
    const slopes = slope(violation);
    const pairs = tf.mul(tf.sum(tf.cast(positive, 'float32'), 1), tf.sum(tf.cast(negative, 'float32'), 1));
    return {
      sum: tf.sum(values),
      all: tf.sum(pairs),
      active: countActive(values),
      slopes: tf.sub(tf.sum(slopes, 2), tf.sum(slopes, 1)),
    };
  });
