import * as tf from '@tensorflow/tfjs-core';

/** The distance of two embeddings a and b: `‖a − b‖²`, `‖a − b‖`, or `1 − cos(a, b)`. */
export type DistanceName = 'squared' | 'euclidean' | 'cosine';

/** The names of the distances. */
export const distanceNames: DistanceName[] = ['squared', 'euclidean', 'cosine'];

/** Which distance, and between what. */
export interface DistanceOptions {
  distance: DistanceName;
  /** Whether embeddings are compared as x/‖x‖; the cosine distance always does. */
  normalize: boolean;
}

const TINY = 1e-30;

/**
 * A distance as a function of the squared euclidean one, q, between rows; for the cosine, between unit rows, where
 * `1 − cos = q/2`.
 *
 * @param squared q ≥ 0, any shape.
 * @returns The distance and its derivative by q. At q = 0 the plain distance has no derivative; it is taken for 0, so that
 * equal embeddings stay where they are.
 */
export function pairwiseDistance(
  name: DistanceName,
  squared: tf.Tensor,
): {distance: tf.Tensor; slope: tf.Tensor} {
  if (name === 'squared') return {distance: squared, slope: tf.onesLike(squared)};
  if (name === 'cosine') return {distance: tf.mul(squared, 0.5), slope: tf.fill(squared.shape, 0.5)};
  const distance = tf.sqrt(squared);
  return {distance, slope: tf.div(tf.mul(tf.step(squared), 0.5), tf.maximum(distance, TINY))};
}

/** Whether distances are between unit rows. */
export const usesUnitRows = ({distance, normalize}: DistanceOptions): boolean =>
  normalize || distance === 'cosine';
