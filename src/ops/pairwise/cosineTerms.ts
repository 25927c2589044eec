import * as tf from '@tensorflow/tfjs-core';
import {pairwiseRows, pairwiseRowsGradient} from './pairwiseRows';

/** What a loss makes of a matrix of cosines. */
export interface CosineTerms<T extends tf.Tensor> {
  /** The loss: a scalar, or `[B]`. */
  value: T;
  /** ∂ loss / ∂ cosines, `[B, N]`; of a loss `[B]`, row i that of its i-th value. */
  slopes: tf.Tensor2D;
}

/**
 * A loss on the cosines between embeddings and other vectors, as one operation with a hand-written gradient.
 *
 * @param embeddings `[B, D]`.
 * @param others What they are compared with, `[N, D]`: differentiable. Left out, the embeddings themselves.
 * @param fixed More vectors to compare with, `[M, D]`, through which no gradient goes; their columns come last.
 * @param compute The loss and its derivative by each cosine, of `cosines [B, N + M]`; runs outside the gradient tape.
 *
 * @example
 * ```js
 * // The mean cosine of a batch.
 * const loss = cosineTerms(embeddings, undefined, undefined, cosines => ({
 *   value: tf.mean(cosines),
 *   slopes: tf.fill(cosines.shape, 1 / cosines.size),
 * }));
 * ```
 */
export function cosineTerms<T extends tf.Tensor>(
  embeddings: tf.Tensor2D,
  others: tf.Tensor2D | undefined,
  fixed: tf.Tensor2D | undefined,
  compute: (cosines: tf.Tensor2D) => CosineTerms<T>,
): T {
  const self = others === undefined;
  return tf.tidy(() => {
    const operation = tf.customGrad<T>((...args) => {
      const save = args[args.length - 1] as unknown as tf.GradSaveFunc;
      const first = pairwiseRows(args[0] as tf.Tensor2D, true);
      const second = self ? first : pairwiseRows(args[1] as tf.Tensor2D, true);
      const count = second.rows.shape[0];
      const columns =
        fixed === undefined ? second.rows : tf.concat([second.rows, pairwiseRows(fixed, true).rows]);
      const cosines = tf.clipByValue(tf.matMul(first.rows, columns, false, true), -1, 1) as tf.Tensor2D;
      const {value, slopes} = compute(cosines);
      save([slopes, columns, first.rows, first.factor, second.rows, second.factor]);
      return {
        value,
        gradFunc: (dy, saved) => {
          const [slopes, columns, rows, factor, otherRows, otherFactor] = saved as tf.Tensor2D[];
          const weighted = tf.mul(slopes, tf.reshape(dy, [-1, 1])) as tf.Tensor2D;
          const toFirst = tf.matMul(weighted, columns);
          const ofOthers = tf.slice(weighted, [0, 0], [-1, count]);
          const toSecond = tf.matMul(ofOthers, rows, true, false);
          if (self) return pairwiseRowsGradient({rows, factor}, tf.add(toFirst, toSecond), true);
          return [
            pairwiseRowsGradient({rows, factor}, toFirst, true),
            pairwiseRowsGradient({rows: otherRows, factor: otherFactor}, toSecond, true),
          ];
        },
      };
    });
    return self ? operation(embeddings) : operation(embeddings, others);
  });
}
