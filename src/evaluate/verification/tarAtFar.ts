import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {falseAcceptWarning} from './falseAcceptWarning';
import {type Roc, roc} from './roc';
import type {ScoredPairs} from './scoredPairs';

/** Which TAR belongs to a FAR that no threshold has exactly; see {@link tarAtFar}. */
export type FarInterpolation = 'nearest' | 'linear' | 'floor';

/** The true accept rate at a false accept rate: what {@link tarAtFar} gives. */
export interface TarAtFar {
  /** The false accept rate asked for. */
  far: number;
  /** The true accept rate at it. */
  tar: number;
  /**
   * The threshold: pairs that score as much or more are accepted. Not there where no pair may be, so that it is the same after
   * JSON, which has no Infinity: null would let half of all cosines pass.
   */
  threshold?: number;
  /** The false accept rate that this threshold has on these pairs. */
  farOfThreshold: number;
  /** How many impostor pairs the false accept rate is a part of. */
  impostors: number;
  /** Says so where `far` times `impostors` is below 10: such a figure hangs on a handful of pairs. */
  warning?: string;
}

/**
 * The true accept rate (TAR, also TPR, or 1 − FNMR) at given false accept rates (FAR, also FPR or FMR).
 *
 * A test with N impostor pairs has only the rates 0, 1/N, 2/N, …, and a tie has several pairs at once. Between them:
 *
 * - `nearest`: the TAR of the curve's point whose FAR is nearest, the higher one of two that are as near, and the highest TAR
 *   of that FAR: what InsightFace's IJB evaluation does on scikit-learn's curve, so what most papers print. The FAR may be
 *   above the one asked for.
 * - `linear`: on the straight line between points.
 * - `floor`: the highest TAR whose FAR is not above the one asked for: what to choose a threshold by.
 *
 * A FAR rests on FAR × N false accepts. Below 10 of them `warning` says so.
 *
 * @param pairs Scores and answers.
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
  pairs: ScoredPairs,
  fars: readonly number[],
  options: {interpolation?: FarInterpolation} = {},
): TarAtFar[] {
  const {interpolation = 'nearest'} = checkOptions('tarAtFar', options, {interpolation: true});
  check.oneOf('tarAtFar', 'interpolation', interpolation, ['nearest', 'linear', 'floor']);
  fars.forEach((far, i) => {
    check.between('tarAtFar', `fars[${i}]`, far, 0, 1);
  });
  // scikit-learn's default, which InsightFace takes, leaves points out: one of them may be the nearest.
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

/** The last point whose FAR is not above. */
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
