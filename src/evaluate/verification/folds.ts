import {check} from '../../base/check';
import {consecutiveFolds} from '../../base/consecutiveFolds';

/**
 * The folds of pairs: a number of equal blocks in the order of the pairs, like scikit-learn's `KFold` without shuffling, or the fold of
 * each pair, from 0, as in LFW's `pairs.txt`.
 */
export type Folds = number | ArrayLike<number>;

/** The fold of each pair, and the number of folds. */
export interface FoldOfEach {
  foldOf: ArrayLike<number>;
  count: number;
}

/** Assigns pairs to folds. */
export function dealIntoFolds(where: string, folds: Folds, pairs: number): FoldOfEach {
  if (typeof folds === 'number') {
    check.count(where, 'folds', folds);
    if (folds > pairs) {
      throw new Error(`${where}: folds must be at most ${pairs}, the number of pairs, but is ${folds}.`);
    }
    return {foldOf: consecutiveFolds(pairs, folds), count: folds};
  }
  if (folds.length !== pairs) {
    throw new Error(
      `${where}: folds must have one value for each of ${pairs} pairs, but has ${folds.length}.`,
    );
  }
  const present = new Set(Array.from(folds));
  for (const fold of present) {
    if (!Number.isInteger(fold) || fold < 0 || fold >= present.size) {
      throw new Error(
        `${where}: folds must be numbered 0 to ${present.size - 1}, none left out, but one is ${fold}.`,
      );
    }
  }
  return {foldOf: folds, count: present.size};
}
