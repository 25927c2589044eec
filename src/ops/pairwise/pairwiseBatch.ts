import * as tf from '@tensorflow/tfjs-core';
import {type DistanceOptions, pairwiseDistance, usesUnitRows} from './pairwiseDistance';
import {pairwiseRows, pairwiseRowsGradient} from './pairwiseRows';
import {pairwiseSquared, pairwiseSquaredGradient} from './pairwiseSquared';

/** Distances between all embeddings of a batch, each `[B, B]`. */
export interface PairwiseDistances {
  distances: tf.Tensor2D;
  /** The squared euclidean distances between the rows, whichever distance was asked for. */
  squared: tf.Tensor2D;
}

/** A loss of the distances: the sum of its terms (pairs or triplets), their counts, and the sum's derivatives. */
export type PairwiseTerms = {
  /** A scalar. */
  sum: tf.Tensor;
  /** The number of terms, a scalar. */
  all: tf.Tensor;
  /** The number of terms above zero, a scalar. */
  active: tf.Tensor;
  /** ∂ sum / ∂ distances, `[B, B]`; it need not be symmetric. */
  slopes: tf.Tensor2D;
};

/** A mean over pairs or triplets, with the count of them. */
export type LossAndCount = {
  /** The mean, a scalar; 0 if there are no terms. Differentiable. */
  loss: tf.Scalar;
  /** The number of terms in the mean, a float32 scalar. */
  count: tf.Scalar;
};

/** Options of {@link pairwiseBatch}. */
export interface PairwiseBatchOptions extends DistanceOptions {
  /** Whether the mean is over all terms, or over those above zero. */
  meanOver: 'all' | 'active';
}

/**
 * The mean of a loss over pairs or triplets of a batch, as one operation with a hand-written gradient.
 *
 * Everything that selects or compares runs outside the gradient tape, so that neither `where` nor a square root at zero
 * can bring a NaN into it. A batch without any pair or triplet gives a loss of 0 with gradient 0.
 *
 * @param embeddings `[B, D]`.
 * @param options Which distance, and what the mean is over.
 * @param compute The loss: the sum of its terms and the derivative of that by each distance.
 *
 * @example
 * ```js
 * // The mean distance of a batch.
 * const {loss} = pairwiseBatch(embeddings, {distance: 'euclidean', normalize: true, meanOver: 'all'}, ({distances}) => ({
 *   sum: tf.sum(distances),
 *   all: tf.scalar(distances.size),
 *   active: tf.sum(tf.step(distances)),
 *   slopes: tf.onesLike(distances),
 * }));
 * ```
 */
export function pairwiseBatch(
  embeddings: tf.Tensor2D,
  options: PairwiseBatchOptions,
  compute: (distances: PairwiseDistances) => PairwiseTerms,
): LossAndCount {
  const normalize = usesUnitRows(options);
  return tf.tidy(() => {
    const operation = tf.customGrad<tf.Tensor1D>((...args) => {
      const [x, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
      const {rows, factor} = pairwiseRows(x, normalize);
      // Distances do not depend on the origin, but their rounding does.
      const centered = tf.sub(rows, tf.mean(rows, 0, true)) as tf.Tensor2D;
      const squared = pairwiseSquared(centered);
      const {distance, slope} = pairwiseDistance(options.distance, squared);
      const {sum, slopes, ...counts} = compute({distances: distance as tf.Tensor2D, squared});
      const count = counts[options.meanOver];
      const share = tf.div(1, tf.maximum(count, 1));
      const coefficients = tf.mul(tf.mul(slopes, share), slope);
      save([coefficients, centered, rows, factor]);
      return {
        value: tf.stack([tf.mul(sum, share), count]) as tf.Tensor1D,
        gradFunc: (dy, saved) => {
          const [coefficients, centered, rows, factor] = saved as tf.Tensor2D[];
          const gradient = tf.mul(pairwiseSquaredGradient(centered, coefficients), tf.slice(dy, [0], [1]));
          return pairwiseRowsGradient({rows, factor}, gradient, normalize);
        },
      };
    });
    const [loss, count] = tf.unstack(operation(embeddings)) as tf.Scalar[];
    return {loss, count};
  });
}
