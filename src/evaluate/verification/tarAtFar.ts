import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {AllPairsScores} from './allPairsScores';
import {falseAcceptWarning} from './falseAcceptWarning';
import {type Roc, roc} from './roc';
import type {ScoredPairs} from './scoredPairs';

/** How to read the TAR at a FAR that no threshold has exactly; see {@link tarAtFar}. */
export type FarInterpolation = 'nearest' | 'linear' | 'floor';

/** The result of {@link tarAtFar}: the true accept rate at a false accept rate. */
export interface TarAtFar {
  /** The requested false accept rate. */
  far: number;
  /** The true accept rate at it. */
  tar: number;
  /**
   * The threshold: pairs that score at least this are accepted. Absent if no pair may be accepted: JSON has no Infinity, and null as a
   * threshold would accept half of all cosines.
   */
  threshold?: number;
  /** The actual false accept rate at this threshold. */
  farOfThreshold: number;
  /** The number of impostor pairs. */
  impostors: number;
  /** Present if `far` times `impostors` is below 10: the figure then depends on a few pairs. */
  warning?: string;
}

/**
 * The true accept rate (TAR, also TPR, or 1 − FNMR) at given false accept rates (FAR, also FPR or FMR).
 *
 * A test with N impostor pairs has only the rates 0, 1/N, 2/N, …, and a tie has several pairs at once. Between them:
 *
 * - `nearest`: the TAR at the curve's point with the nearest FAR, which may be above the requested one. Of two equally near points the
 *   higher FAR counts, and of one FAR the highest TAR. InsightFace's IJB evaluation does this on scikit-learn's curve, and most papers
 *   print it.
 * - `linear`: on the straight line between points.
 * - `floor`: the highest TAR whose FAR is at most the requested one: use it to choose a threshold.
 *
 * A FAR depends on FAR × N false accepts. Below 10 the result has a `warning`.
 *
 * @param pairs Scores and answers, or the scores of all pairs, as from {@link allPairsScores}.
 * @param fars False accept rates, 0 to 1.
 * @param options How to read between the points.
 * @param options.interpolation Default `nearest`.
 * @throws If a rate is not from 0 to 1, or as {@link roc}.
 *
 * @example
 * ```js
 * const pairs = {scores: [0.9, 0.7, 0.6, 0.1], same: [true, false, true, false]};
 * const [strict, loose] = tarAtFar(pairs, [0.001, 0.5]);
 * strict.tar;   // 0.5
 * loose.tar;    // 1
 * ```
 */
export function tarAtFar(
  pairs: ScoredPairs | AllPairsScores,
  fars: readonly number[],
  options: {interpolation?: FarInterpolation} = {},
): TarAtFar[] {
  const {interpolation = 'nearest'} = checkOptions('tarAtFar', options, {interpolation: true});
  check.oneOf('tarAtFar', 'interpolation', interpolation, ['nearest', 'linear', 'floor']);
  fars.forEach((far, i) => {
    check.between('tarAtFar', `fars[${i}]`, far, 0, 1);
  });
  // scikit-learn's default, which InsightFace uses, drops points: one of them may be the nearest.
  const curve = roc(pairs, {dropIntermediate: interpolation === 'nearest'});
  return fars.map(far => {
    const i = interpolation === 'nearest' ? nearestPoint(curve, far) : floorPoint(curve, far);
    return {
      far,
      tar: interpolation === 'linear' ? onTheLine(curve, i, far) : curve.tar[i],
      ...(Number.isFinite(curve.thresholds[i]) && {threshold: curve.thresholds[i]}),
      farOfThreshold: curve.far[i],
      impostors: curve.impostors,
      ...falseAcceptWarning(far, curve.impostors, 'impostor pairs'),
    };
  });
}

/** The last point whose FAR is at most the requested one. */
function floorPoint(curve: Roc, far: number): number {
  let i = curve.far.length - 1;
  while (curve.far[i] > far) i--;
  return i;
}

function nearestPoint(curve: Roc, far: number): number {
  let nearest = curve.far.length - 1;
  for (let i = nearest; i >= 0; i--) {
    if (Math.abs(curve.far[i] - far) < Math.abs(curve.far[nearest] - far)) nearest = i;
  }
  return nearest;
}

function onTheLine({far, tar}: Roc, i: number, at: number): number {
  if (i === far.length - 1) return tar[i];
  return tar[i] + ((at - far[i]) / (far[i + 1] - far[i])) * (tar[i + 1] - tar[i]);
}
