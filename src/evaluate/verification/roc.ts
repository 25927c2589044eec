import {checkOptions} from '../../base/checkOptions';
import {type AcceptedCurve, acceptedCurve, allPairsCurve} from './acceptedCurve';
import type {AllPairsScores} from './allPairsScores';
import {type ScoredPairs, separateScores} from './scoredPairs';

/** The result of {@link roc}: a receiver operating characteristic, from the strictest threshold to the loosest. */
export interface Roc {
  /** False accept rate of each point: the part of impostor pairs that score at least the threshold. Ascending. */
  far: Float64Array;
  /** True accept rate of each point: the part of genuine pairs that score at least the threshold. Ascending. */
  tar: Float64Array;
  /** The threshold of each point; the first is Infinity, which accepts nobody. Descending. */
  thresholds: Float64Array;
  /** The number of genuine pairs. */
  genuine: number;
  /** The number of impostor pairs. */
  impostors: number;
}

/**
 * The receiver operating characteristic of scored pairs: the parts of genuine and of impostor pairs that each threshold accepts.
 *
 * With genuine scores g and impostor scores h, a threshold t accepts scores of at least t:
 *
 *     TAR(t) = #{g ≥ t} / #g        FAR(t) = #{h ≥ t} / #h
 *
 * Each distinct score has a point, as in scikit-learn's `roc_curve`; pairs with equal scores are accepted together.
 *
 * Scores in a Float32Array stay so, and 16 million pairs take less than 0.5 GB. Of {@link allPairsScores} each distinct score has a
 * point as far as the hardest impostor pairs were kept, and each step of the cosine beyond.
 *
 * @param pairs Scores and answers, or the scores of all pairs.
 * @param options Which points to keep.
 * @param options.dropIntermediate Whether to drop points on the line between their neighbors, which change neither picture nor area.
 *   Default: true, as in scikit-learn.
 * @throws If there are no pairs, lengths differ, a score is not finite, or all pairs are of one kind.
 *
 * @example
 * ```js
 * const {far, tar} = roc({scores: [0.9, 0.7, 0.6, 0.1], same: [true, false, true, false]});
 * far;   // 0, 0, 0.5, 0.5, 1
 * tar;   // 0, 0.5, 0.5, 1, 1
 * ```
 */
export function roc(pairs: ScoredPairs | AllPairsScores, options: {dropIntermediate?: boolean} = {}): Roc {
  const {dropIntermediate = true} = checkOptions('roc', options, {dropIntermediate: true});
  const accepted = 'bins' in pairs ? allPairsCurve(pairs) : acceptedCurve(separateScores('roc', pairs));
  const {length} = accepted.thresholds;
  const [genuine, impostors] = [accepted.genuine[length - 1], accepted.impostors[length - 1]];
  const isKept = (i: number) => !dropIntermediate || !isBetween(accepted, i);
  let points = 1;
  for (let i = 0; i < length; i++) if (isKept(i)) points++;
  const curve = {
    far: new Float64Array(points),
    tar: new Float64Array(points),
    thresholds: new Float64Array(points),
    genuine,
    impostors,
  };
  curve.thresholds[0] = Infinity;
  for (let i = 0, at = 1; i < length; i++) {
    if (!isKept(i)) continue;
    curve.far[at] = accepted.impostors[i] / impostors;
    curve.tar[at] = accepted.genuine[i] / genuine;
    curve.thresholds[at] = accepted.thresholds[i];
    at++;
  }
  return curve;
}

/** Whether a point is the midpoint of its neighbors. */
function isBetween({genuine, impostors}: AcceptedCurve, i: number): boolean {
  if (i === 0 || i === genuine.length - 1) return false;
  return (
    genuine[i - 1] + genuine[i + 1] === 2 * genuine[i] &&
    impostors[i - 1] + impostors[i + 1] === 2 * impostors[i]
  );
}
