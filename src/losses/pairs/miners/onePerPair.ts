import * as tf from '@tensorflow/tfjs-core';
import type {PairwiseTerms} from '../../../ops/pairwise/pairwiseBatch';
import {type Anchors, inAnchorBlocks} from './inAnchorBlocks';
import {atPlace, countActive, type MinedBatch, type Penalty} from './miner';

/** The negatives chosen for some anchors. */
export interface Choice {
  /** Which example, for each anchor and each positive, `[A, B]`. Where column p is not a positive, it does not matter. */
  places: tf.Tensor;
  /** Which examples could be chosen at all, float32 0 or 1, `[A, B]`; an anchor without any is left out. */
  allowed: tf.Tensor;
}

/** Triplets of every positive pair with one negative. */
export function onePerPair(
  batch: MinedBatch,
  {margin, value, slope}: Penalty,
  choose: (anchors: Anchors) => Choice,
): PairwiseTerms {
  return inAnchorBlocks(batch, anchors => {
    const {distances, positive} = anchors;
    const {places, allowed} = choose(anchors);
    const chosen = tf.mul(atPlace(places, distances.shape[1]), tf.expandDims(allowed, 1));
    const toNegative = tf.sum(tf.mul(chosen, tf.expandDims(distances, 1)), 2);
    const valid = tf.mul(tf.sum(chosen, 2), tf.cast(positive, 'float32'));
    const violation = tf.add(tf.sub(distances, toNegative), margin);
    const values = tf.mul(value(violation), valid);
    const pull = tf.mul(slope(violation), valid);
    return {
      sum: tf.sum(values),
      all: tf.sum(valid),
      active: countActive(values),
      slopes: tf.sub(pull, tf.sum(tf.mul(chosen, tf.expandDims(pull, 2)), 1)),
    };
  });
}
