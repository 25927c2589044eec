import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {AllPairsScores} from '../verification/allPairsScores';
import {equalErrorRate} from '../verification/equalErrorRate';
import type {Folds} from '../verification/folds';
import {roc} from '../verification/roc';
import {tarAtFar} from '../verification/tarAtFar';
import {verificationAccuracy} from '../verification/verificationAccuracy';
import {type BootstrapOptions, bootstrapByPerson} from './bootstrapByPerson';
import {clopperPearson, type Interval} from './clopperPearson';
import {weightedAccuracy} from './weightedAccuracy';
import {weightedEer, weightedTars} from './weightedRates';
import {type PairsOfPeople, weightedAllPairs, weightedPairs} from './weightedTest';

/** A figure and how far to trust it. */
export interface FigureInterval extends Interval {
  /** The figure itself. */
  value: number;
  /** The lower bound, by a bootstrap of people. */
  low: number;
  /** The upper bound, by a bootstrap of people. */
  high: number;
  /** The interval of {@link clopperPearson}, which takes pairs for independent and is too narrow. Many papers print it. */
  clopperPearson: Interval;
}

/** The result of {@link verificationIntervals}. */
export interface VerificationIntervals {
  /** The part of such intervals that hold the true figure. */
  level: number;
  /** The number of people in the test. */
  people: number;
  /** True accept rates: the highest whose false accept rate is at most `far`. */
  tarAtFar: (FigureInterval & {
    /** The requested false accept rate. */
    far: number;
    /** Present if `far` times the impostor pairs is below 10. */
    warning?: string;
  })[];
  /** The equal error rate; absent if the hardest pairs that {@link allPairsScores} kept do not reach it. */
  equalErrorRate?: FigureInterval;
  /** The accuracy by folds on InsightFace's grid; absent of all pairs, which have no folds. */
  accuracy?: FigureInterval;
}

/** Options of {@link verificationIntervals}. */
export interface VerificationIntervalsOptions extends BootstrapOptions {
  /** False accept rates. Default: 1e-4, 1e-3, 1e-2 and 1e-1. */
  fars?: readonly number[];
  /** Folds of the accuracy, as in {@link verificationAccuracy}. Default: 10, or fewer where there are fewer pairs. */
  folds?: Folds;
}

/**
 * Intervals of a verification test's figures by a bootstrap of people, as {@link bootstrapByPerson} does it, with the interval of
 * Clopper and Pearson beside each.
 *
 * A person who is in many pairs moves a figure as a whole. So the interval is wider than one that counts pairs: on all pairs of LFW, TAR at
 * FAR 1e-5 is known to some points, not to a tenth. People drawn twice count as two people.
 *
 * @param pairs Scores, answers and people; or the scores of all pairs, as from {@link allPairsScores}.
 * @param options Rates, folds and samples.
 * @throws If the people of a pair do not fit its answer, all pairs are of one kind, a rate needs impostor pairs that were not kept, or
 *   an option is out of range.
 *
 * @example
 * ```js
 * const {tarAtFar: [rate]} = verificationIntervals({
 *   scores: [0.9, 0.8, 0.3, 0.2, 0.4, 0.1],
 *   same: [1, 1, 1, 0, 0, 0],
 *   people: {a: ['ann', 'bo', 'cy', 'ann', 'bo', 'cy'], b: ['ann', 'bo', 'cy', 'bo', 'cy', 'ann']},
 * }, {fars: [0.1], folds: 2});
 * rate.value;            // 0.67
 * rate.low < rate.high;  // true
 * ```
 */
export function verificationIntervals(
  pairs: PairsOfPeople | AllPairsScores,
  options: VerificationIntervalsOptions = {},
): VerificationIntervals {
  const where = 'verificationIntervals';
  checkOptions(where, options, {replicates: true, level: true, seed: true, fars: true, folds: true});
  const {fars = [1e-4, 1e-3, 1e-2, 1e-1], replicates, level = 0.95, seed} = options;
  fars.forEach((far, i) => {
    check.between(where, `fars[${i}]`, far, 0, 1);
  });
  const isAll = 'bins' in pairs;
  const test = isAll ? weightedAllPairs(pairs) : weightedPairs(where, pairs);
  const folds = isAll ? 1 : (options.folds ?? Math.min(10, pairs.scores.length));
  const accuracy = isAll ? undefined : weightedAccuracy(where, pairs, folds);
  const curve = roc(pairs);
  checkReach(where, fars, weightedTars(test, fars, new Float64Array(test.people).fill(1)), isAll);
  const hasEer = !Number.isNaN(weightedEer(test, new Float64Array(test.people).fill(1)));
  const intervals = bootstrapByPerson(
    test.people,
    weights => [
      ...weightedTars(test, fars, weights),
      ...(hasEer ? [weightedEer(test, weights)] : []),
      ...(accuracy ? [accuracy(weights)] : []),
    ],
    {replicates, level, seed},
  );
  const figure = (value: number, trials: number, i: number): FigureInterval => ({
    value,
    ...intervals[i],
    clopperPearson: clopperPearson(Math.round(value * trials), trials, {level}),
  });
  const eer = equalErrorRate(curve).rate;
  return {
    level,
    people: test.people,
    tarAtFar: tarAtFar(pairs, fars, {interpolation: 'floor'}).map(({far, tar, warning}, i) => ({
      far,
      ...figure(tar, curve.genuine, i),
      ...(warning !== undefined && {warning}),
    })),
    ...(hasEer && {equalErrorRate: figure(eer, curve.genuine, fars.length)}),
    ...(!isAll && {
      accuracy: figure(
        verificationAccuracy(pairs, {folds}).accuracy,
        pairs.scores.length,
        fars.length + (hasEer ? 1 : 0),
      ),
    }),
  };
}

function checkReach(where: string, fars: readonly number[], tars: number[], isAll: boolean): void {
  const far = fars.find((_, i) => Number.isNaN(tars[i]));
  if (far === undefined || !isAll) return;
  throw new Error(
    `${where}: fars must be within the pairs that were kept, but ${far} is not: give allPairsScores a larger exact.`,
  );
}
