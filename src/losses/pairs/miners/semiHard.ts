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
    // Comparing and selecting with broadcasts is slow on some backends; subtracting and multiplying is not.
    const gaps = tf.sub(tf.expandDims(toNegatives, 1), tf.expandDims(distances, 2));
    const outside = tf.add(gaps, tf.mul(tf.sub(1, tf.step(gaps)), FAR));
    // Not whether the minimum is far: webgl begins its minima at 1e20, which is below FAR.
    const none = tf.logicalNot(tf.any(tf.less(outside, FAR / 2), 2));
    const farthest = tf.argMax(tf.where(negative, distances, -1), 1);
    return {
      places: tf.where(none, tf.expandDims(farthest, 1), tf.argMin(outside, 2)),
      allowed: tf.cast(negative, 'float32'),
    };
  });
