import {type TermsInputs, type TermsOptions, type TermsResult, termsLoss} from './termsLoss';
import type {Vector} from './vectors';

export interface Pair {
  first: number;
  second: number;
  same: boolean;
}

export interface ContrastiveOptions extends TermsOptions {
  /** How far apart different classes are pushed; 1 by default. */
  margin?: number;
  /** How near the same class may stay without loss; 0 by default. */
  positiveMargin?: number;
  /** 2: ½ of the squared hinge, as in DeepID2. 1: the hinge itself, as in pytorch-metric-learning. */
  power?: 1 | 2;
}

/**
 * Contrastive loss, one value a pair: ½ max(0, d − m₊)² for the same class, ½ max(0, m − d)² for different
 * ones (DeepID2, arXiv 1406.4773, with m₊ = 0), or the hinges themselves.
 */
export function contrastive(
  inputs: TermsInputs & {pairs: readonly Pair[]},
  {margin = 1, positiveMargin = 0, power = 2, ...options}: ContrastiveOptions = {},
): TermsResult {
  return termsLoss(inputs, inputs.pairs, options, ({first, second, same}, between) => {
    const by = between(first, second);
    const hinge = Math.max(0, same ? by.value - positiveMargin : margin - by.value);
    const outer = hinge === 0 ? 0 : hinge ** (power - 1);
    return {
      value: hinge ** power / power,
      slopes: [{first, second, by, slope: same ? outer : -outer}],
    };
  });
}

/** Every pair of a batch once. */
export const allPairs = (labels: Vector): Pair[] =>
  labels.flatMap((label, first) =>
    labels
      .slice(first + 1)
      .map((other, offset) => ({first, second: first + 1 + offset, same: label === other})),
  );
