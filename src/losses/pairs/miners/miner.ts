import * as tf from '@tensorflow/tfjs-core';
import {oneHotLabels} from '../../../ops/oneHotLabels';
import type {PairwiseDistances, PairwiseTerms} from '../../../ops/pairwise/pairwiseBatch';

/** A batch as miners see it. */
export interface MinedBatch extends PairwiseDistances {
  /** Where column j is another example of row i's class, bool `[B, B]`. */
  positive: tf.Tensor2D;
  /** Where column j is of another class than row i, bool `[B, B]`. */
  negative: tf.Tensor2D;
  /** The dimension of the embeddings. */
  dimension: number;
}

/** What a triplet costs, as a function of its violation `v = d_ap − d_an + margin`; any shape. */
export interface Penalty {
  margin: number;
  value(violation: tf.Tensor): tf.Tensor;
  slope(violation: tf.Tensor): tf.Tensor;
}

/**
 * Picks triplets of a batch, and sums what they cost. Runs outside the gradient tape.
 *
 * Triplets (a, p, n) have `y_a = y_p ≠ y_n` and a ≠ p.
 */
export type Miner = (batch: MinedBatch, penalty: Penalty) => PairwiseTerms;

/** Replaces a missing distance; greater than any distance between rows. */
export const FAR = 2 ** 100;

/**
 * 1 at the given place of a last axis of that length, 0 elsewhere.
 *
 * @param places Any shape.
 */
export function atPlace(places: tf.Tensor, length: number): tf.Tensor {
  const ids = tf.cast(tf.reshape(places, [-1]), 'int32') as tf.Tensor1D;
  return tf.reshape(oneHotLabels(ids, length), [...places.shape, length]);
}

/** How many values are above zero. */
export const countActive = (values: tf.Tensor): tf.Tensor => tf.sum(tf.step(values));
