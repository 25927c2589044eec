import {checkOptions} from '../../base/checkOptions';
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
 * @param pairs Scores and answers.
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
export function roc(pairs: ScoredPairs, options: {dropIntermediate?: boolean} = {}): Roc {
  const {dropIntermediate = true} = checkOptions('roc', options, {dropIntermediate: true});
  const {genuine, impostors} = separateScores('roc', pairs);
  const accepted: {threshold: number; genuine: number; impostors: number}[] = [];
  let [g, h] = [0, 0];
  while (g < genuine.length || h < impostors.length) {
    const threshold = Math.max(genuine[g] ?? -Infinity, impostors[h] ?? -Infinity);
    while (genuine[g] === threshold) g++;
    while (impostors[h] === threshold) h++;
    accepted.push({threshold, genuine: g, impostors: h});
  }
  const points = dropIntermediate ? accepted.filter((_, i) => !isBetween(accepted, i)) : accepted;
  return {
    far: Float64Array.from([0, ...points.map(point => point.impostors / impostors.length)]),
    tar: Float64Array.from([0, ...points.map(point => point.genuine / genuine.length)]),
    thresholds: Float64Array.from([Infinity, ...points.map(point => point.threshold)]),
    genuine: genuine.length,
    impostors: impostors.length,
  };
}

/** Whether a point is the midpoint of its neighbors. */
function isBetween(points: readonly {genuine: number; impostors: number}[], i: number): boolean {
  if (i === 0 || i === points.length - 1) return false;
  const [before, point, after] = [points[i - 1], points[i], points[i + 1]];
  return (
    before.genuine + after.genuine === 2 * point.genuine &&
    before.impostors + after.impostors === 2 * point.impostors
  );
}
