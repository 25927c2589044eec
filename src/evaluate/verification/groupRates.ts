import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {falseAcceptWarning} from './falseAcceptWarning';
import {placesOfGroups} from './placesOfGroups';
import {checkPairs, type ScoredPairs, separateScores} from './scoredPairs';
import {type TarAtFar, tarAtFar} from './tarAtFar';

/** Pairs and their groups. */
export interface GroupedPairs extends ScoredPairs {
  /**
   * The group of both people of each pair, such as a region of origin, a sex, an age bracket or a camera. null or undefined if they
   * differ or the group is unknown: such a pair counts only for the common threshold. `[P]`.
   */
  groups: ArrayLike<string | number | null | undefined>;
}

/** The rates of one group in {@link GroupRates}. */
export interface GroupRate {
  /** The number of genuine pairs of the group. */
  genuine: number;
  /** The number of impostor pairs of the group. */
  impostors: number;
  /** True accept rate of the group at the common threshold. */
  tar: number;
  /** False accept rate of the group at the common threshold. */
  far: number;
  /** At the group's own threshold: the lowest at which its false accept rate is at most the requested one. */
  own: TarAtFar;
  /** Present if the requested false accept rate times the group's impostor pairs is below 10. */
  warning?: string;
}

/** The result of {@link groupRates}. */
export interface GroupRates {
  /** The requested false accept rate. */
  far: number;
  /** The common threshold. Absent if nobody may be accepted. */
  threshold?: number;
  /** By name of the group, in the order of first occurrence. */
  groups: Record<string, GroupRate>;
  /** The differences between groups. */
  gap: {
    /** Highest minus lowest true accept rate at the common threshold: one group is refused more often. */
    tar: number;
    /** Highest over lowest false accept rate at the common threshold: one group is mistaken for others more often. Infinity, which is null in JSON, if only the lowest is 0. */
    farRatio: number;
    /** Highest minus lowest true accept rate at the groups' own thresholds: one group is separated less well. */
    ownTar: number;
  };
}

/**
 * True and false accept rates of each group of people, at a common threshold and at the group's own, and the differences.
 *
 * A good average often hides groups with worse rates. A deployed system has one threshold, so look at the first two gaps: `tar` is the
 * gap in refusals, `farRatio` the gap in mistaken identities. `ownTar` is the gap that would remain with a threshold for each group:
 * if it is small, scores are shifted; if it is large, the network separates some people less well.
 *
 * Impostor pairs within one group are the hard ones. Random pairs mostly mix two groups, and make every group look too good.
 *
 * Grother, Ngan and Hanaoka: Face Recognition Vendor Test part 3: demographic effects, NIST IR 8280.
 *
 * @param pairs Scores, answers and groups.
 * @param options How to choose thresholds.
 * @param options.far The false accept rate, 0 to 1: over all pairs for the common threshold, over a group's for its own. Default: 1e-3.
 * @param options.threshold The common threshold, such as a deployed system's. Default: the lowest at which at most the part `far` of all
 *   impostor pairs is accepted.
 * @throws If lengths differ, no pair has a group, a group has pairs of one kind only, or as {@link tarAtFar}.
 *
 * @example
 * ```js
 * const {gap} = groupRates({
 *   scores: [0.9, 0.8, 0.2, 0.1, 0.7, 0.5, 0.6, 0.3],
 *   same: [1, 1, 0, 0, 1, 1, 0, 0],
 *   groups: ['north', 'north', 'north', 'north', 'south', 'south', 'south', 'south'],
 * }, {far: 0.25});
 * gap.tar;        // 0, at the threshold of all pairs, 0.5
 * gap.farRatio;   // Infinity
 * gap.ownTar;     // 0.5
 * ```
 */
export function groupRates(
  {scores, same, groups}: GroupedPairs,
  options: {far?: number; threshold?: number} = {},
): GroupRates {
  const {far = 1e-3, threshold} = checkOptions('groupRates', options, {far: true, threshold: true});
  check.between('groupRates', 'far', far, 0, 1);
  if (threshold !== undefined) check.finite('groupRates', 'threshold', threshold);
  checkPairs('groupRates', 'scores', scores, same);
  if (groups.length !== scores.length) {
    throw new Error(
      `groupRates: groups must have one value, or null, for each of ${scores.length} pairs, but has ${groups.length}.`,
    );
  }
  const common =
    threshold ?? tarAtFar({scores, same}, [far], {interpolation: 'floor'})[0].threshold ?? Infinity;
  const members = placesOfGroups('groupRates', groups);
  const rates = [...members].map(([name, places]): [string, GroupRate] => {
    const pairs = {scores: places.map(i => scores[i]), same: places.map(i => same[i])};
    return [name, rateOf(name, pairs, far, common)];
  });
  const ofEach = (figure: (rate: GroupRate) => number) => rates.map(([, rate]) => figure(rate));
  const fars = ofEach(rate => rate.far);
  const {lowest, highest} = extremes(fars);
  return {
    far,
    ...(Number.isFinite(common) && {threshold: common}),
    groups: Object.fromEntries(rates),
    gap: {
      tar: range(ofEach(rate => rate.tar)),
      farRatio: highest === lowest ? 1 : highest / lowest,
      ownTar: range(ofEach(rate => rate.own.tar)),
    },
  };
}

function rateOf(name: string, pairs: ScoredPairs, far: number, threshold: number): GroupRate {
  const {genuine, impostors} = separateScores(`groupRates, group ${name}`, pairs);
  const part = (scores: Float32Array | Float64Array) =>
    scores.filter(score => score >= threshold).length / scores.length;
  return {
    genuine: genuine.length,
    impostors: impostors.length,
    tar: part(genuine),
    far: part(impostors),
    own: tarAtFar(pairs, [far], {interpolation: 'floor'})[0],
    ...falseAcceptWarning(far, impostors.length, `impostor pairs of ${name}`),
  };
}

/** By loops: a call takes some 120,000 arguments at most, and groups may be cameras or people. */
function extremes(values: number[]): {lowest: number; highest: number} {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return {lowest, highest};
}

function range(values: number[]): number {
  const {lowest, highest} = extremes(values);
  return highest - lowest;
}
