import {dealIntoFolds, type FoldOfEach, type Folds} from './folds';
import {checkPairs, type ScoredPairs} from './scoredPairs';

/** Pairs of images: the distance of each, and whether it shows one person. */
export interface PairsByDistance {
  /** Squared Euclidean distances between unit embeddings, 0 to 4, as from {@link pairDistances}. `[P]`. */
  distances: ArrayLike<number>;
  /** As in {@link ScoredPairs}. */
  same: ArrayLike<boolean | number>;
}

/** Pairs as squared distances, with the fold of each. */
export interface FoldedPairs extends PairsByDistance, FoldOfEach {}

/** Checks pairs, converts them to squared distances between unit embeddings, and assigns folds. */
export function foldPairs(where: string, pairs: ScoredPairs | PairsByDistance, folds: Folds): FoldedPairs {
  const distances = distancesOf(where, pairs);
  return {distances, same: pairs.same, ...dealIntoFolds(where, folds, distances.length)};
}

function distancesOf(where: string, pairs: ScoredPairs | PairsByDistance): ArrayLike<number> {
  if ('distances' in pairs) {
    checkPairs(where, 'distances', pairs.distances, pairs.same);
    checkRange(where, 'distances', pairs.distances, 0, 4, 'squared distances of unit embeddings');
    return pairs.distances;
  }
  checkPairs(where, 'scores', pairs.scores, pairs.same);
  checkRange(where, 'scores', pairs.scores, -1, 1, 'cosines');
  return Float64Array.from(pairs.scores, cosine => Math.max(0, 2 - 2 * cosine));
}

/** Above the rounding error of a cosine of 1 in float32. */
const ROUNDING = 1e-5;

function checkRange(
  where: string,
  name: string,
  values: ArrayLike<number>,
  low: number,
  high: number,
  what: string,
): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low - ROUNDING || values[i] > high + ROUNDING) {
      throw new Error(
        `${where}: ${name}[${i}] must be from ${low} to ${high}, as ${what} are, but is ${values[i]}.`,
      );
    }
  }
}
