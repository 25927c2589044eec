import {check} from '../../base/check';
import {consecutiveFolds} from '../../base/consecutiveFolds';

/**
 * How pairs are dealt into folds: a number of equal blocks in the order of the pairs, as scikit-learn's `KFold` without
 * shuffling makes them, or the fold of each pair, 0 and up, as LFW's `pairs.txt` says.
 */
export type Folds = number | ArrayLike<number>;

/** The fold of each pair, and how many folds there are. */
export interface FoldOfEach {
  foldOf: ArrayLike<number>;
  count: number;
}

/** Deals pairs into folds. */
export function dealIntoFolds(where: string, folds: Folds, pairs: number): FoldOfEach {
  if (typeof folds === 'number') {
    check.count(where, 'folds', folds);
    if (folds > pairs) {
      throw new Error(`${where}: folds must be at most ${pairs}, as many as pairs, but is ${folds}.`);
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
