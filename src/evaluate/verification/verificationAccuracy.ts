import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {meanAndDeviation} from '../meanAndDeviation';
import {type AcceptedCounts, distanceGrid, foldCounts} from './foldCounts';
import {type FoldedPairs, foldPairs, type PairsByDistance} from './foldedPairs';
import type {Folds} from './folds';
import {gridWarning} from './gridWarning';
import type {ScoredPairs} from './scoredPairs';

/** The accuracy of one fold. */
export interface FoldAccuracy {
  /** The part of the fold's pairs classified correctly. */
  accuracy: number;
  /** The threshold, chosen on the other folds: a squared distance below which a pair is accepted. */
  threshold: number;
}

/** The result of {@link verificationAccuracy}: the verification accuracy of LFW's protocol. */
export interface VerificationAccuracy {
  /** Mean over the folds: the figure that papers print. */
  accuracy: number;
  /** Standard deviation over the folds, of the population, as InsightFace prints it. */
  deviation: number;
  /** Mean threshold of the folds, a squared distance d; the cosine there is 1 − d/2. */
  threshold: number;
  /** Accuracy and threshold of each fold. */
  folds: FoldAccuracy[];
  /** Says so if the grid is too coarse for these pairs: every threshold gives another accuracy then. */
  warning?: string;
}

/** Options of {@link verificationAccuracy}. */
export interface VerificationAccuracyOptions {
  /**
   * Default: 10, in the order of the pairs, which must mix both kinds. With 1 the threshold is chosen on the pairs it is tested on, and
   * the accuracy is too high.
   */
  folds?: Folds;
  /**
   * The squared distances tried as thresholds. `'grid'`, the default: 0, 0.01, …, 3.99, as in InsightFace, to compare with published
   * figures. `'every'`: the midpoints of neighboring distances of the other folds, so that no two pairs share a step. LFW's protocol
   * leaves the choice open. Choose checkpoints by `'every'`: cosines of a network that has learned little lie so close together that
   * the grid cannot tell them apart.
   */
  thresholds?: 'grid' | 'every';
}

/**
 * The accuracy of verification by cross-validation, by the protocol of Labeled Faces in the Wild as InsightFace computes it.
 *
 * The threshold for a fold is the squared distance of 0, 0.01, …, 3.99 that classifies most pairs of all other folds correctly, and the
 * lowest of equally good ones. A pair is accepted if its distance is *below* the threshold. No pair helps to choose its own threshold.
 *
 *     accuracy = (1/K) Σ_k #{i in fold k: (d_i < t_k) = same_i} / #fold k        t_k = argmax_t Σ_{i not in fold k} [(d_i < t) = same_i]
 *
 * Huang et al.: Labeled Faces in the Wild, UMass Amherst technical report 07-49, View 2.
 *
 * @param pairs Cosines as `scores`, or squared distances between unit embeddings as `distances`, with the answers.
 * @param options Folds and thresholds.
 * @throws If there are no pairs, lengths differ, a value is not finite or out of range, all pairs are of one kind, or an
 *   option is invalid.
 *
 * @example
 * ```js
 * const scores = [0.8, 0.7, 0.1, -0.2, 0.9, 0.6, 0.3, 0];
 * const {accuracy} = verificationAccuracy({scores, same: [1, 1, 0, 0, 1, 1, 0, 0]}, {folds: 2});   // 0.875
 * ```
 */
export function verificationAccuracy(
  pairs: ScoredPairs | PairsByDistance,
  options: VerificationAccuracyOptions = {},
): VerificationAccuracy {
  const {folds = 10, thresholds = 'grid'} = checkOptions('verificationAccuracy', options, {
    folds: true,
    thresholds: true,
  });
  check.oneOf('verificationAccuracy', 'thresholds', thresholds, ['grid', 'every']);
  const folded = foldPairs('verificationAccuracy', pairs, folds);
  const every = summaryOf(betweenEvery(folded));
  if (thresholds === 'every') return every;
  const grid = summaryOf(onGrid(folded));
  return {...grid, ...gridWarning(grid.accuracy, every.accuracy, folded.distances.length)};
}

function summaryOf(folds: FoldAccuracy[]): VerificationAccuracy {
  const {mean, deviation} = meanAndDeviation(folds.map(({accuracy}) => accuracy));
  const threshold = meanAndDeviation(folds.map(fold => fold.threshold)).mean;
  return {accuracy: mean, deviation, threshold, folds};
}

function onGrid(pairs: FoldedPairs): FoldAccuracy[] {
  const grid = distanceGrid(0.01);
  return foldCounts(pairs, grid).map(({train, test}) => {
    const best = mostRight(train);
    return {accuracy: right(test, best) / (test.genuine + test.impostors), threshold: grid[best]};
  });
}

/** The number of pairs that a threshold classifies correctly. */
const right = (counts: AcceptedCounts, t: number) =>
  counts.acceptedGenuine[t] + counts.impostors - counts.acceptedImpostors[t];

function mostRight(counts: AcceptedCounts): number {
  let best = 0;
  for (let t = 1; t < counts.acceptedGenuine.length; t++) {
    if (right(counts, t) > right(counts, best)) best = t;
  }
  return best;
}

function betweenEvery({distances, same, foldOf, count}: FoldedPairs): FoldAccuracy[] {
  const ascending = Uint32Array.from({length: distances.length}, (_, i) => i).sort(
    (i, j) => distances[i] - distances[j],
  );
  return Array.from({length: count}, (_, fold) => {
    const test = ascending.filter(i => foldOf[i] === fold);
    const threshold = bestBetween(
      count === 1 ? test : ascending.filter(i => foldOf[i] !== fold),
      distances,
      same,
    );
    const correct = test.filter(i => distances[i] < threshold === Boolean(same[i]));
    return {accuracy: correct.length / test.length, threshold};
  });
}

/** The lowest of the best thresholds below, between and above the distances of some pairs. */
function bestBetween(
  ascending: Uint32Array,
  distances: ArrayLike<number>,
  same: ArrayLike<boolean | number>,
): number {
  let [gain, most, best] = [0, 0, distances[ascending[0]]];
  for (let i = 0; i < ascending.length; i++) {
    gain += same[ascending[i]] ? 1 : -1;
    const here = distances[ascending[i]];
    const next = i + 1 < ascending.length ? distances[ascending[i + 1]] : 4;
    if (gain > most && next > here) [most, best] = [gain, (here + next) / 2];
  }
  return best;
}
