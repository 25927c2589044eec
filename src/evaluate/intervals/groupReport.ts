import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {calibratedScore, calibrateScores, type ScoreCalibration} from '../verification/calibrateScores';
import {type GroupedPairs, type GroupRates, groupRates} from '../verification/groupRates';
import {placesOfGroups} from '../verification/placesOfGroups';
import {type BootstrapOptions, bootstrapByPerson} from './bootstrapByPerson';
import {clopperPearson, type Interval} from './clopperPearson';
import type {FigureInterval} from './verificationIntervals';
import {weightedTars} from './weightedRates';
import {type PairsOfPeople, type WeightedTest, weightedPairs} from './weightedTest';

/** Scored pairs with the people and the group of each. */
export interface GroupedPairsOfPeople extends GroupedPairs, PairsOfPeople {}

/** The rates of one group at one false accept rate, in {@link GroupFigures}. */
export interface GroupFigure {
  /** The requested false accept rate. */
  far: number;
  /** At the threshold that all groups share. */
  common: {
    /** The true accept rate. */
    tar: FigureInterval;
    /** The false accept rate. */
    far: FigureInterval;
  };
  /** At the group's own threshold: the lowest at which its false accept rate is at most the requested one. */
  own: {
    /** The true accept rate. */
    tar: FigureInterval;
    /** The threshold, as a cosine. Absent if nobody may be accepted. */
    threshold?: number;
    /** The threshold as a probability, 0 to 1. Absent if nobody may be accepted. */
    score?: number;
  };
  /** Present if the requested rate times the group's impostor pairs is below 10. */
  warning?: string;
}

/** The figures of one group in {@link GroupReport}. */
export interface GroupFigures {
  /** The number of people. */
  people: number;
  /** The number of genuine pairs. */
  genuine: number;
  /** The number of impostor pairs. */
  impostors: number;
  /** One for each requested false accept rate, in the order asked. */
  rates: GroupFigure[];
}

/** What all groups share at one false accept rate, in {@link GroupReport}. */
export interface CommonRate extends Pick<GroupRates, 'far' | 'threshold' | 'gap'> {
  /** The common threshold as a probability, 0 to 1. Absent if nobody may be accepted. */
  score?: number;
}

/** The result of {@link groupReport}. */
export interface GroupReport {
  /** The part of such intervals that hold the true figure. */
  level: number;
  /** By name of the group, in the order of first occurrence. */
  groups: Record<string, GroupFigures>;
  /** The common threshold and the gaps between groups, for each requested false accept rate. */
  common: CommonRate[];
  /** Turns a cosine into the probability that both images show one person, by {@link calibratedScore}. It is fitted to all pairs. */
  calibration: ScoreCalibration;
}

/** Options of {@link groupReport}. */
export interface GroupReportOptions extends BootstrapOptions {
  /** False accept rates. Default: 1e-3 and 1e-2. */
  fars?: readonly number[];
  /** The part of genuine pairs where the calibrated scores will be used. Default: 0.5. */
  prior?: number;
}

/**
 * The true and false accept rates of each group of people with intervals, at one threshold for all and at each group's own, and the
 * gaps between groups.
 *
 *     TAR_g(t) = P(s ≥ t | genuine, g)        FAR_g(t) = P(s ≥ t | impostor, g)
 *
 * The common threshold is the lowest at which at most `far` of all impostor pairs are accepted. An interval draws people, as
 * {@link bootstrapByPerson} does, so that a group of few people has a wide one; the common threshold stays as it is. A gap between groups
 * whose intervals overlap may be chance. Thresholds are also told as scores from 0 to 1, of one calibration for everybody: a group that
 * needs a higher score for the same false accept rate is mistaken for others more often.
 *
 * Grother, Ngan and Hanaoka: Face Recognition Vendor Test part 3: demographic effects, NIST IR 8280.
 *
 * @param pairs Scores, answers, people and groups, as {@link pairsWithinGroups} makes them.
 * @param options Rates and samples.
 * @throws If a group has pairs of one kind only, people do not fit the answers, or an option is out of range.
 *
 * @example
 * ```js
 * const pairs = pairsWithinGroups([0, 0, 1, 1, 2, 2, 3, 3], ['day', 'day', 'day', 'day', 'night', 'night', 'night', 'night']);
 * const scores = Float64Array.from(pairs.same, (same, i) => (same ? 0.8 : 0.1) + 0.01 * i);
 * const {groups} = groupReport({...pairs, scores}, {fars: [0.1], replicates: 100});
 * groups.day.rates[0].common.tar.value;   // 1
 * groups.night.people;                    // 2
 * ```
 */
export function groupReport(pairs: GroupedPairsOfPeople, options: GroupReportOptions = {}): GroupReport {
  const where = 'groupReport';
  checkOptions(where, options, {fars: true, prior: true, replicates: true, level: true, seed: true});
  const {fars = [1e-3, 1e-2], prior, replicates, level = 0.95, seed} = options;
  if (fars.length === 0) throw new Error(`${where}: fars must hold one rate or more, but are empty.`);
  fars.forEach((far, i) => {
    check.between(where, `fars[${i}]`, far, 0, 1);
  });
  const rates = fars.map(far => groupRates(pairs, {far}));
  const calibration = calibrateScores(pairs, {prior});
  const scoreOf = (threshold?: number) =>
    threshold === undefined ? {} : {threshold, score: calibratedScore(calibration, threshold)};
  const figuresOf = (name: string, places: number[]): GroupFigures => {
    const test = weightedPairs(`${where}, group ${name}`, pairsAt(pairs, places));
    const thresholds = rates.map(({threshold = Infinity}) => threshold);
    const intervals = bootstrapByPerson(
      test.people,
      weights => [...weightedTars(test, fars, weights), ...acceptedAt(test, thresholds, weights)],
      {replicates, level, seed},
    );
    const [genuine, impostors] = [test.genuine.scores.length, test.impostors.scores.length];
    const figure = (value: number, trials: number, interval: Interval): FigureInterval => ({
      value,
      ...interval,
      clopperPearson: clopperPearson(Math.round(value * trials), trials, {level}),
    });
    return {
      people: test.people,
      genuine,
      impostors,
      rates: rates.map(({far, groups}, i): GroupFigure => {
        const {own, tar, far: accepted, warning} = groups[name];
        return {
          far,
          common: {
            tar: figure(tar, genuine, intervals[fars.length + 2 * i]),
            far: figure(accepted, impostors, intervals[fars.length + 2 * i + 1]),
          },
          own: {tar: figure(own.tar, genuine, intervals[i]), ...scoreOf(own.threshold)},
          ...(warning !== undefined && {warning}),
        };
      }),
    };
  };
  return {
    level,
    groups: Object.fromEntries(
      [...placesOfGroups(where, pairs.groups)].map(([name, places]) => [name, figuresOf(name, places)]),
    ),
    common: rates.map(({far, threshold, gap}) => ({far, gap, ...scoreOf(threshold)})),
    calibration,
  };
}

function pairsAt({scores, same, people}: PairsOfPeople, places: number[]): PairsOfPeople {
  return {
    scores: places.map(i => scores[i]),
    same: places.map(i => same[i]),
    people: {a: places.map(i => people.a[i]), b: places.map(i => people.b[i])},
  };
}

/** True and false accept rates of a sample of people at some thresholds, one pair of rates after another. */
function acceptedAt(
  {genuine, impostors, totals}: WeightedTest,
  thresholds: readonly number[],
  weights: Float64Array,
): number[] {
  const all = totals(weights);
  return thresholds.flatMap(threshold => {
    let [accepted, rejected] = [0, 0];
    for (let i = 0; i < impostors.a.length && impostors.scores[i] >= threshold; i++) {
      accepted += weights[impostors.a[i]] * weights[impostors.b[i]];
    }
    for (let i = 0; i < genuine.person.length && genuine.scores[i] < threshold; i++) {
      rejected += weights[genuine.person[i]];
    }
    return [1 - rejected / all.genuine, accepted / all.impostors];
  });
}
