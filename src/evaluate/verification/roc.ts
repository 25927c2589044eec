import {checkOptions} from '../../base/checkOptions';
import {type ScoredPairs, separateScores} from './scoredPairs';

/** A receiver operating characteristic: what {@link roc} gives. Its points go from the strictest threshold to the loosest. */
export interface Roc {
  /** False accept rate of each point: the part of impostor pairs with a score of the threshold or more. Ascending. */
  far: Float64Array;
  /** True accept rate of each point: the part of genuine pairs with a score of the threshold or more. Ascending. */
  tar: Float64Array;
  /** The threshold of each point; the first is Infinity, which accepts nobody. Descending. */
  thresholds: Float64Array;
  /** How many genuine pairs there are. */
  genuine: number;
  /** How many impostor pairs there are. */
  impostors: number;
}

/**
 * The receiver operating characteristic of scored pairs: which part of genuine and of impostor pairs every threshold accepts.
 *
 * With genuine scores g and impostor scores h, a threshold t accepts a pair whose score is t or more:
 *
 *     TAR(t) = #{g ≥ t} / #g        FAR(t) = #{h ≥ t} / #h
 *
 * There is a point for each score that occurs, as in scikit-learn's `roc_curve`; pairs of one score are accepted together.
 *
 * @param pairs Scores and answers.
 * @param options What to keep.
 * @param options.dropIntermediate Whether to leave out points that lie on the line between their neighbors, which change
 *   neither the picture nor the area. Default: true, as in scikit-learn.
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

/** Whether a point lies in the middle between its neighbors. */
function isBetween(points: readonly {genuine: number; impostors: number}[], i: number): boolean {
  if (i === 0 || i === points.length - 1) return false;
  const [before, point, after] = [points[i - 1], points[i], points[i + 1]];
  return (
    before.genuine + after.genuine === 2 * point.genuine &&
    before.impostors + after.impostors === 2 * point.impostors
  );
}
