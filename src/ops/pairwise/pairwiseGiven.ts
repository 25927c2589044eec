import * as tf from '@tensorflow/tfjs-core';
import {type DistanceOptions, pairwiseDistance, usesUnitRows} from './pairwiseDistance';
import {pairwiseRows, pairwiseRowsGradient} from './pairwiseRows';

/** Unit rows that are nearer to each other than this, squared, differ by their rounding only. */
const UNIT_NOISE = 2 ** -42;

/**
 * A loss on given pairs, `first_i` with `second_i`, as one operation with a hand-written gradient.
 *
 * @param first `[P, D]`.
 * @param second `[P, D]`.
 * @param options Which distance.
 * @param compute The loss of each pair and its derivative by the distance, both `[P]`; runs outside the gradient tape.
 * @returns One value for each pair, `[P]`.
 *
 * @example
 * ```js
 * const distances = pairwiseGiven(embeddings, tf.reverse(embeddings, 0), {distance: 'euclidean', normalize: true}, distances => ({
 *   values: distances,
 *   slopes: tf.onesLike(distances),
 * }));
 * ```
 */
export function pairwiseGiven(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  options: DistanceOptions,
  compute: (distances: tf.Tensor1D) => {values: tf.Tensor; slopes: tf.Tensor},
): tf.Tensor1D {
  const normalize = usesUnitRows(options);
  return tf.tidy(() => {
    const operation = tf.customGrad<tf.Tensor1D>((...args) => {
      const [a, b, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
      const firstRows = pairwiseRows(a, normalize);
      const secondRows = pairwiseRows(b, normalize);
      const difference = tf.sub(firstRows.rows, secondRows.rows);
      const squared = tf.sum(tf.square(difference), 1);
      const apart = tf.step(tf.sub(squared, normalize ? UNIT_NOISE : 0));
      const {distance, slope} = pairwiseDistance(options.distance, tf.mul(squared, apart));
      const {values, slopes} = compute(distance as tf.Tensor1D);
      const pull = tf.mul(tf.expandDims(tf.mul(tf.mul(slopes, slope), 2), 1), difference);
      save([pull, firstRows.rows, firstRows.factor, secondRows.rows, secondRows.factor]);
      return {
        value: values as tf.Tensor1D,
        gradFunc: (dy, saved) => {
          const [pull, ...rest] = saved as tf.Tensor2D[];
          const gradient = tf.mul(tf.expandDims(dy, 1), pull);
          return [
            pairwiseRowsGradient({rows: rest[0], factor: rest[1]}, gradient, normalize),
            pairwiseRowsGradient({rows: rest[2], factor: rest[3]}, tf.neg(gradient), normalize),
          ];
        },
      };
    });
    return operation(first, second);
  });
}
