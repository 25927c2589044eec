import * as tf from '@tensorflow/tfjs-core';
import {classWeightGradient} from './classWeightGradient';
import {type MarginRow, type MarginRowOptions, normalizedParts} from './marginRow';

/** ∂L/∂logits before a head's use of the others: `factor_i · others_ij` for `j ≠ y`, `target_i` for `j = y`. */
export interface LogitsGradient {
  /** `[B, C]`, zero at the target's place; the slope of a head's use of the others is in it. */
  others: tf.Tensor2D;
  /** `[B, 1]`. */
  factor: tf.Tensor;
  /** `[B, 1]`. */
  target: tf.Tensor;
  /** Σ_j ∂L/∂z_j z_j over `j ≠ y`, over `factor`, `[B, 1]`: where the others are not `A_j c_j`, so that their slope says nothing of it. */
  byScale?: tf.Tensor;
  /** ∂L/∂ of the operation's parameters of its own. */
  parameters?: tf.Scalar[];
}

/** ∂L/∂ of the three inputs of a row. */
export interface MarginRowGradient {
  embeddings: tf.Tensor2D;
  weights: tf.Tensor2D;
  /** Computed when asked for: only a learned scale needs it. Of a shard, what its classes add to it. */
  scale: () => tf.Scalar;
}

/**
 * Carries ∂L/∂logits back to the inputs of the row.
 *
 * The projection that normalized weights ask for, `ŵ_j (ŵ_j · ∂L/∂ŵ_j)`, needs only the column sums
 * `Σ_i ∂L/∂z_ij z_ij`.
 */
export function marginRowGradient(
  row: MarginRow,
  w: tf.Tensor2D,
  scale: tf.Scalar,
  {others, factor, byScale, ...of}: LogitsGradient,
  options: MarginRowOptions,
): MarginRowGradient {
  const normalized = normalizedParts(options);
  const target = row.own === undefined ? of.target : tf.mul(of.target, row.own);
  const toCenters = (byClass: tf.Tensor) =>
    (row.nearest === undefined
      ? byClass
      : tf.reshape(tf.mul(tf.expandDims(byClass, 2), row.nearest), [byClass.shape[0], -1])) as tf.Tensor2D;
  const scaled = tf.mul(toCenters(others), row.columnScale) as tf.Tensor2D;

  let embeddings: tf.Tensor = tf.mul(tf.matMul(scaled, w), factor);
  if (normalized.embeddings) {
    const radial = tf.sum(tf.mul(embeddings, row.unit), 1, true);
    embeddings = tf.mul(tf.sub(embeddings, tf.mul(radial, row.unit)), row.inverseNorm);
  }
  embeddings = tf.add(embeddings, tf.mul(target, row.targetByEmbedding));

  const pulls = tf.mul(row.unit, tf.mul(factor, row.rowScale)) as tf.Tensor2D;
  const columnSums = () =>
    tf.matMul(factor as tf.Tensor2D, toCenters(tf.mul(others, row.logits)), true, false);
  const projected = normalized.weights && !options.linearWeightGradient;
  const weights = classWeightGradient({
    pulls: tf.matMul(scaled, pulls, true, false),
    targetRows: tf.mul(target, row.targetByWeight) as tf.Tensor2D,
    ids: row.targetRow,
    w,
    ...(projected && {
      radial: tf.mul(tf.reshape(columnSums(), [-1, 1]), tf.square(row.inverseWeightNorm)) as tf.Tensor2D,
    }),
  });
  const othersByScale = () => tf.sum(byScale === undefined ? columnSums() : tf.mul(byScale, factor));
  return {
    embeddings: embeddings as tf.Tensor2D,
    weights,
    scale: () =>
      tf.divNoNan(tf.add(othersByScale(), tf.sum(tf.mul(target, row.targetLogit))), scale) as tf.Scalar,
  };
}
