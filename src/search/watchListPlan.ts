import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import type {AllPairsScores} from '../evaluate/verification/allPairsScores';
import {roc} from '../evaluate/verification/roc';
import type {ScoredPairs} from '../evaluate/verification/scoredPairs';

/** Options of {@link watchListPlan}. */
export interface WatchListPlanOptions {
  /** The number of cameras. */
  cameras: number;
  /** Captures of one camera a day. */
  capturesADay: number;
  /** The templates on the list: of one each, the people. */
  people: number;
  /** How many false alarms a day are bearable, of all cameras. */
  falseAlarmsADay: number;
  /** Captures a day of people who are on the list, of all cameras. Default: 0. */
  presentADay?: number;
}

/** What a watch-list will do, as {@link watchListPlan} computes it. */
export interface WatchListPlan {
  /** Comparisons a day: captures times people. */
  comparisonsADay: number;
  /** The false accept rate of one comparison that gives so many false alarms a day. */
  far: number;
  /** The lowest cosine that alerts. Absent if none keeps the rate. */
  threshold?: number;
  /** False alarms a day to expect at this threshold. */
  falseAlarmsADay: number;
  /** The part of captures of people on the list that alert. */
  found: number;
  /** Captures a day of people on the list that alert. */
  foundADay: number;
  /** Alerts a day, false and right. */
  alertsADay: number;
  /** Present if the pairs have too few impostors to know the threshold. */
  warning?: string;
}

/**
 * Plans a watch-list: chooses the threshold for a number of false alarms a day, and says who is found at it.
 *
 *     comparisons = cameras · captures · people        FAR = false alarms / comparisons        found = TAR at FAR
 *
 * 100 cameras with 10,000 captures a day each, against 100,000 people, are 10¹¹ comparisons a day: a hundred false alarms a day are a FAR of 1e-9.
 * To measure it takes 10¹⁰ impostor pairs or more, as of {@link evaluate.allPairsScores} over 141,000 images. Take pairs like those of the cameras: a
 * threshold of good photographs alarms less and finds fewer.
 *
 * Each comparison counts as an alarm of its own: a capture that resembles two people is one alert, so there may be fewer. Captures without a mate are
 * taken to be all.
 *
 * @param pairs Scores and answers, or the scores of all pairs of a set.
 * @param options The cameras and the list.
 * @throws If a number is out of range, or all pairs are of one kind.
 *
 * @example
 * ```js
 * const pairs = {scores: [0.9, 0.8, 0.4, 0.3, 0.2, 0.1], same: [1, 1, 1, 0, 0, 0]};
 * const plan = watchListPlan(pairs, {cameras: 2, capturesADay: 50, people: 10, falseAlarmsADay: 0, presentADay: 6});
 * plan.threshold;   // 0.4
 * plan.foundADay;   // 6
 * ```
 */
export function watchListPlan(
  pairs: ScoredPairs | AllPairsScores,
  options: WatchListPlanOptions,
): WatchListPlan {
  const where = 'watchListPlan';
  checkOptions(where, options, {
    cameras: true,
    capturesADay: true,
    people: true,
    falseAlarmsADay: true,
    presentADay: true,
  });
  const {cameras, capturesADay, people, falseAlarmsADay, presentADay = 0} = options;
  check.count(where, 'cameras', cameras);
  check.positive(where, 'capturesADay', capturesADay);
  check.count(where, 'people', people);
  check.notNegative(where, 'falseAlarmsADay', falseAlarmsADay);
  check.between(where, 'presentADay', presentADay, 0, cameras * capturesADay);
  const comparisonsADay = cameras * capturesADay * people;
  const far = Math.min(1, falseAlarmsADay / comparisonsADay);
  const curve = roc(pairs, {dropIntermediate: false});
  let point = curve.far.length - 1;
  while (curve.far[point] > far) point--;
  const [found, threshold] = [curve.tar[point], curve.thresholds[point]];
  const expected = curve.far[point] * comparisonsADay;
  return {
    comparisonsADay,
    far,
    ...(Number.isFinite(threshold) && {threshold}),
    falseAlarmsADay: expected,
    found,
    foundADay: found * presentADay,
    alertsADay: expected + found * presentADay,
    ...warningOf(far * curve.impostors, far, curve.impostors),
  };
}

/** With fewer false accepts a rate is mostly chance. */
const FEW = 10;

function warningOf(accepts: number, far: number, impostors: number): {warning?: string} {
  if (accepts >= FEW) return {};
  return {
    warning: `FAR ${far} of ${impostors} impostor pairs is ${Number(accepts.toPrecision(3))} false accepts; below ${FEW} the false alarms a day are mostly guessed. Use more pairs, such as allPairsScores of ${Math.ceil(Math.sqrt((2 * FEW) / Math.max(far, 1e-15)))} images.`,
  };
}
