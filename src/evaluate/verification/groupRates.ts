import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {falseAcceptWarning} from './falseAcceptWarning';
import {checkPairs, type ScoredPairs, separateScores} from './scoredPairs';
import {type TarAtFar, tarAtFar} from './tarAtFar';

/** Pairs, and the group that each is of. */
export interface GroupedPairs extends ScoredPairs {
  /**
   * The group of each pair, such as a region of origin, a sex, an age bracket or a camera: that of both its persons. null or
   * undefined where they differ or it is not known: such a pair counts for the common threshold only. `[P]`.
   */
  groups: ArrayLike<string | number | null | undefined>;
}

/** How a group fares: part of what {@link groupRates} gives. */
export interface GroupRate {
  /** How many pairs of the group show one person. */
  genuine: number;
  /** How many pairs of the group show two. */
  impostors: number;
  /** True accept rate of the group at the common threshold. */
  tar: number;
  /** False accept rate of the group at the common threshold. */
  far: number;
  /** At a threshold of the group's own: the lowest at which its false accept rate is not above the one asked for. */
  own: TarAtFar;
  /** Says so where the false accept rate asked for, times the group's impostor pairs, is below 10. */
  warning?: string;
}

/** How much groups differ: what {@link groupRates} gives. */
export interface GroupRates {
  /** The false accept rate asked for. */
  far: number;
  /** The one threshold for everybody; not there where nobody may be accepted. */
  threshold?: number;
  /** By the name of the group, in the order in which they first occur. */
  groups: Record<string, GroupRate>;
  /** How far apart the groups are. */
  gap: {
    /** Highest less lowest true accept rate at the common threshold: who is turned away more often. */
    tar: number;
    /** Highest over lowest false accept rate at the common threshold: who is mistaken for another more often. Infinity where the lowest is 0 and the highest is not, which JSON makes null of. */
    farRatio: number;
    /** Highest less lowest true accept rate at each group's own threshold: who is harder to tell apart. */
    ownTar: number;
  };
}

/**
 * True and false accept rates for each group of people, at one common threshold and at one of their own, and how far apart
 * they are.
 *
 * Face recognition that is right on average is often worse for some populations. A deployed system has one threshold, so
 * look at the first two gaps: `tar` says who is turned away more, `farRatio` who is mistaken for somebody else more. `ownTar` is what would
 * be left if each group had its own threshold: it tells a shift of scores from a network that tells some people apart less well.
 *
 * Impostor pairs within one group are the hard ones. Pairs of two groups, most of a random choice, make every group look better than it is.
 *
 * Grother, Ngan and Hanaoka: Face Recognition Vendor Test part 3: demographic effects, NIST IR 8280.
 *
 * @param pairs Scores, answers and groups.
 * @param options At which place of the curve.
 * @param options.far The false accept rate, 0 to 1, of all pairs for the common threshold, and of the group's for its own. Default: 1e-3.
 * @param options.threshold The common threshold, where it is given already, such as that of a deployed system. Default: the lowest at which
 *   no more than `far` of all impostor pairs are accepted.
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
  const members = new Map<string, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (group === null || group === undefined) continue;
    const name = String(group);
    const places = members.get(name) ?? [];
    places.push(i);
    members.set(name, places);
  }
  if (members.size === 0)
    throw new Error('groupRates: groups must name the group of some pair, but names none.');
  const rates = [...members].map(([name, places]): [string, GroupRate] => {
    const pairs = {scores: places.map(i => scores[i]), same: places.map(i => same[i])};
    return [name, rateOf(name, pairs, far, common)];
  });
  const ofEach = (figure: (rate: GroupRate) => number) => rates.map(([, rate]) => figure(rate));
  const fars = ofEach(rate => rate.far);
  const [lowest, highest] = [Math.min(...fars), Math.max(...fars)];
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
  const part = (scores: Float64Array) => scores.filter(score => score >= threshold).length / scores.length;
  return {
    genuine: genuine.length,
    impostors: impostors.length,
    tar: part(genuine),
    far: part(impostors),
    own: tarAtFar(pairs, [far], {interpolation: 'floor'})[0],
    ...falseAcceptWarning(far, impostors.length, `impostor pairs of ${name}`),
  };
}

const range = (values: number[]) => Math.max(...values) - Math.min(...values);
