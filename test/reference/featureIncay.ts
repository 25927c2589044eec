import {dot, type Matrix, ones, scaled, type Vector} from './vectors';

export interface FeatureIncayInputs {
  embeddings: Matrix;
  /** Whether each example is classified correctly: a mask, which has no gradient. */
  correct: readonly boolean[];
  upstream?: Vector;
}

/**
 * Feature incay (arXiv 1705.10284), the reciprocal norm loss: 1/(‖x‖² + ε) for each correctly classified
 * example, 0 for the others.
 */
export function featureIncay(
  {embeddings, correct, upstream = ones(correct.length)}: FeatureIncayInputs,
  {epsilon = 0}: {epsilon?: number} = {},
): {losses: number[]; gradients: {embeddings: number[][]}} {
  const reciprocals = embeddings.map((x, i) => (correct[i] ? 1 / (dot(x, x) + epsilon) : 0));
  return {
    losses: reciprocals,
    gradients: {
      embeddings: embeddings.map((x, i) => scaled(x, -2 * upstream[i] * reciprocals[i] ** 2)),
    },
  };
}

/** Whether the target has the highest logit (the first of equals wins). */
export const correctlyClassified = (logits: Matrix, labels: Vector): boolean[] =>
  logits.map((z, i) => z.indexOf(Math.max(...z)) === labels[i]);
