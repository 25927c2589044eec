import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {meanAndDeviation} from '../meanAndDeviation';
import {type AcceptedCounts, distanceGrid, foldCounts} from './foldCounts';
import {foldPairs, type PairsByDistance} from './foldedPairs';
import type {Folds} from './folds';
import type {ScoredPairs} from './scoredPairs';

/** The result of {@link validationRate}: the validation rate at a false accept rate, by cross-validation. */
export interface ValidationRate {
  /** VAL: the part of genuine pairs accepted, mean over the folds. */
  val: number;
  /** Its standard deviation over the folds, of the population. */
  deviation: number;
  /** The part of impostor pairs actually accepted, mean over the folds. */
  far: number;
  /** The threshold of each fold, a squared distance; 0 accepts nobody. */
  thresholds: number[];
}

/**
 * The validation rate at a false accept rate (VAL@FAR) of FaceNet and InsightFace: the threshold of a fold has the requested false accept
 * rate on the other folds.
 *
 * Thresholds are the squared distances 0, 0.001, …, 3.999. Between two of them the threshold is interpolated linearly over the false
 * accept rate, from the last one that does not exceed it to the next, as in SciPy's `interp1d` with `slinear` (newer releases refuse the
 * ties, which always occur).
 *
 * With few impostor pairs the figure is coarse: LFW chooses a threshold on 2,700, which is 2.7 false accepts at 1e-3. {@link tarAtFar} on
 * all pairs varies less.
 *
 * Schroff et al.: FaceNet, [arXiv 1503.03832](https://arxiv.org/abs/1503.03832), section 4.
 *
 * @param pairs Cosines as `scores`, or squared distances between unit embeddings as `distances`, with the answers.
 * @param options Rate and folds.
 * @param options.far The false accept rate. Default: 1e-3.
 * @param options.folds Default: 10, in the order of the pairs.
 * @throws If a fold has no pairs of one kind, or as `verificationAccuracy`.
 *
 * @example
 * ```js
 * const scores = [0.8, 0.7, 0.1, -0.2, 0.9, 0.6, 0.3, 0];
 * validationRate({scores, same: [1, 1, 0, 0, 1, 1, 0, 0]}, {far: 0.1, folds: 2}).val;   // 1
 * ```
 */
export function validationRate(
  pairs: ScoredPairs | PairsByDistance,
  options: {far?: number; folds?: Folds} = {},
): ValidationRate {
  const {far = 1e-3, folds = 10} = checkOptions('validationRate', options, {far: true, folds: true});
  check.between('validationRate', 'far', far, 0, 1);
  const grid = distanceGrid(0.001);
  const folded = foldPairs('validationRate', pairs, folds);
  const results = foldCounts(folded, grid).map(({train, test}, fold) => {
    checkKinds(test, `fold ${fold}`);
    checkKinds(train, `the folds other than ${fold}`);
    const threshold = thresholdAt(far, train, grid);
    let [genuine, impostors] = [0, 0];
    for (let i = 0; i < folded.distances.length; i++) {
      if (folded.foldOf[i] !== fold || folded.distances[i] >= threshold) continue;
      if (folded.same[i]) genuine++;
      else impostors++;
    }
    return {threshold, val: genuine / test.genuine, far: impostors / test.impostors};
  });
  const {mean: val, deviation} = meanAndDeviation(results.map(result => result.val));
  return {
    val,
    deviation,
    far: meanAndDeviation(results.map(result => result.far)).mean,
    thresholds: results.map(({threshold}) => threshold),
  };
}

function checkKinds({genuine, impostors}: AcceptedCounts, whose: string): void {
  if (genuine === 0 || impostors === 0) {
    throw new Error(
      `validationRate: ${whose} must have genuine and impostor pairs, but ${genuine === 0 ? 'genuine' : 'impostor'} ones are missing: mix both kinds, or give folds that do.`,
    );
  }
}

/** The threshold of a false accept rate, interpolated between thresholds of the grid; 0 if none has so high a rate. */
function thresholdAt(
  far: number,
  {acceptedImpostors, impostors}: AcceptedCounts,
  grid: Float64Array,
): number {
  const rate = (t: number) => acceptedImpostors[t] / impostors;
  const last = grid.length - 1;
  if (rate(last) < far) return 0;
  let above = 0;
  while (above <= last && rate(above) <= far) above++;
  if (above > last) return grid[last];
  const below = above - 1;
  return grid[below] + ((far - rate(below)) / (rate(above) - rate(below))) * (grid[above] - grid[below]);
}
