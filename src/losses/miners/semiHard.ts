import * as tf from '@tensorflow/tfjs-core';
import {FAR, type Miner} from './miner';
import {onePerPair} from './onePerPair';

/**
 * For each positive pair the nearest negative that is farther than the positive or, where there is none, the farthest negative;
 * the first of equals.
 *
 * FaceNet's rule as TensorFlow Addons has it: it does not ask for `d_an < d_ap + margin`, as a farther one costs nothing.
 */
export const semiHard: Miner = (batch, penalty) =>
  onePerPair(batch, penalty, ({distances, negative}) => {
    const toNegatives = tf.where(negative, distances, FAR);
    const candidates = tf.expandDims(toNegatives, 1);
    const outside = tf.where(tf.greater(candidates, tf.expandDims(distances, 2)), candidates, FAR);
    const farthest = tf.argMax(tf.where(negative, distances, -1), 1);
    const none = tf.greaterEqual(tf.min(outside, 2), FAR);
    return {
      places: tf.where(none, tf.expandDims(farthest, 1), tf.argMin(outside, 2)),
      allowed: tf.cast(negative, 'float32'),
    };
  });
