import * as tf from '@tensorflow/tfjs-core';
import {atPlace, countActive, FAR, type Miner} from './miner';

/** For each anchor its farthest positive and its nearest negative, the first of equals; anchors that lack one are left out. */
export const batchHard: Miner = ({distances, positive, negative}, {margin, value, slope}) => {
  const toPositives = tf.where(positive, distances, -1);
  const toNegatives = tf.where(negative, distances, FAR);
  const violation = tf.add(tf.sub(tf.max(toPositives, 1), tf.min(toNegatives, 1)), margin);
  const valid = tf.cast(tf.logicalAnd(tf.any(positive, 1), tf.any(negative, 1)), 'float32');
  const values = tf.mul(value(violation), valid);
  const batch = distances.shape[0];
  const farthest = atPlace(tf.argMax(toPositives, 1), batch);
  const nearest = atPlace(tf.argMin(toNegatives, 1), batch);
  const pull = tf.expandDims(tf.mul(slope(violation), valid), 1);
  return {
    sum: tf.sum(values),
    all: tf.sum(valid),
    active: countActive(values),
    slopes: tf.mul(pull, tf.sub(farthest, nearest)),
  };
};
