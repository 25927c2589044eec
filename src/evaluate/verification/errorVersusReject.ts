import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {checkPairs, type ScoredPairs} from './scoredPairs';
import {tarAtFar} from './tarAtFar';

/** Pairs and their qualities. */
export interface QualityPairs extends ScoredPairs {
  /** The quality of each pair, the higher the better, such as from {@link pairQualities}. `[P]`. */
  qualities: ArrayLike<number>;
}

/** The result of {@link errorVersusReject}. */
export interface ErrorVersusReject {
  /** The threshold of scores, the same at every point. Absent if nobody may be accepted. */
  threshold?: number;
  /** The part of genuine pairs that are rejected for their quality, at each point. Ascending, from 0. */
  rejected: number[];
  /** The part of the genuine pairs that are left whose score is below the threshold (false non-match rate, FNMR), at each point. */
  falseRejects: number[];
  /** The part of the impostor pairs that are left which are accepted (FAR), at each point; 0 where none is left. */
  falseAccepts: number[];
  /** The lowest quality that is left at each point: a gate that lets it pass leaves these pairs. */
  leastQuality: number[];
  /** The number of genuine pairs. */
  genuine: number;
  /** The number of impostor pairs. */
  impostors: number;
  /** Present if the threshold depends on fewer than 10 false accepts. */
  warning?: string;
}

/**
 * What rejecting the worst images gains: the false non-match rate over the part of genuine pairs that are rejected for their quality.
 *
 * With genuine scores g of quality q, a threshold t of scores and a gate u of quality:
 *
 *     rejected(u) = #{q < u} / #g        FNMR(u) = #{q ≥ u, g < t} / #{q ≥ u}
 *
 * t is chosen once, on all pairs. If quality tells which pairs fail, the curve falls; if it tells nothing, it stays level. Pairs of
 * equal quality are rejected together, and a genuine pair is always left. Of gates that reject the same genuine pairs, the lowest has the point.
 *
 * Grother and Tabassi: Performance of Biometric Quality Measures, IEEE TPAMI 2007.
 *
 * @param pairs Scores, answers and qualities.
 * @param options How to choose the threshold.
 * @param options.far The false accept rate, 0 to 1, that all impostor pairs have at most. Default: 1e-3.
 * @param options.threshold The threshold, such as a deployed system's. Default: the lowest that keeps `far`.
 * @throws If lengths differ, a quality is not finite, or as {@link tarAtFar}.
 *
 * @example
 * ```js
 * const {rejected, falseRejects, leastQuality} = errorVersusReject({
 *   scores: [0.9, 0.8, 0.7, 0.2, 0.1, 0.3],
 *   same: [1, 1, 1, 1, 0, 0],
 *   qualities: [30, 28, 25, 9, 30, 30],
 * }, {far: 0});
 * rejected;       // 0, 0.25, 0.5, 0.75
 * falseRejects;   // 0.25, 0, 0, 0
 * leastQuality;   // 9, 25, 28, 30
 * ```
 */
export function errorVersusReject(
  {scores, same, qualities}: QualityPairs,
  options: {far?: number; threshold?: number} = {},
): ErrorVersusReject {
  const where = 'errorVersusReject';
  const {far = 1e-3, threshold: given} = checkOptions(where, options, {far: true, threshold: true});
  check.between(where, 'far', far, 0, 1);
  if (given !== undefined) check.finite(where, 'threshold', given);
  checkPairs(where, 'scores', scores, same);
  checkPairs(where, 'qualities', qualities, same);
  const chosen = tarAtFar({scores, same}, [far], {interpolation: 'floor'})[0];
  const threshold = given ?? chosen.threshold ?? Infinity;
  const byQuality = Array.from(scores, (score, i) => ({
    score,
    genuine: Boolean(same[i]),
    quality: qualities[i],
  }));
  byQuality.sort((a, b) => a.quality - b.quality);
  const left = {genuine: [0, 0], impostors: [0, 0]};
  const points: {rejected: number; falseRejects: number; falseAccepts: number; leastQuality: number}[] = [];
  // From the best down, a point is complete when all pairs of its quality are in.
  for (let i = byQuality.length - 1; i >= 0; i--) {
    const {score, genuine, quality} = byQuality[i];
    const counts = genuine ? left.genuine : left.impostors;
    counts[score >= threshold ? 1 : 0]++;
    if (quality === byQuality[i - 1]?.quality || left.genuine[0] + left.genuine[1] === 0) continue;
    points.push({
      rejected: left.genuine[0] + left.genuine[1],
      falseRejects: left.genuine[0] / (left.genuine[0] + left.genuine[1]),
      falseAccepts: left.impostors[1] / Math.max(1, left.impostors[0] + left.impostors[1]),
      leastQuality: quality,
    });
  }
  const genuine = left.genuine[0] + left.genuine[1];
  const ascending = points.reverse();
  const kept = ascending.filter(({rejected}, i) => rejected !== ascending[i - 1]?.rejected);
  return {
    ...(Number.isFinite(threshold) && {threshold}),
    rejected: kept.map(({rejected}) => (genuine - rejected) / genuine),
    falseRejects: kept.map(({falseRejects}) => falseRejects),
    falseAccepts: kept.map(({falseAccepts}) => falseAccepts),
    leastQuality: kept.map(({leastQuality}) => leastQuality),
    genuine,
    impostors: scores.length - genuine,
    ...(given === undefined && chosen.warning !== undefined && {warning: chosen.warning}),
  };
}
