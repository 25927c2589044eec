import {checkOptions} from '../../base/checkOptions';
import {meanAndDeviation} from '../meanAndDeviation';
import type {Folds} from './folds';
import {type GroupRates, groupRates} from './groupRates';
import type {ScoredPairs} from './scoredPairs';
import {type TarAtFar, tarAtFar} from './tarAtFar';
import {type VerificationAccuracy, verificationAccuracy} from './verificationAccuracy';

/** The figures of one race in {@link RaceReport}. */
export interface RaceFigures {
  /** The accuracy by folds: what RFW's paper prints. */
  accuracy: VerificationAccuracy;
  /** True accept rates at the race's own thresholds. */
  tarAtFar: TarAtFar[];
}

/** The result of {@link raceReport}. */
export interface RaceReport {
  /** By name of the race, in the order given. */
  races: Record<string, RaceFigures>;
  /** The mean accuracy of the races. */
  mean: number;
  /** The standard deviation of their accuracies, over the population: RFW's measure of bias. */
  deviation: number;
  /** Highest minus lowest accuracy. */
  gap: number;
  /** The highest error over the lowest (skewed error ratio, SER); Infinity, which is null in JSON, if only the lowest is 0. */
  errorRatio: number;
  /** Rates at one threshold for all, with the gaps between races. */
  common: GroupRates;
}

/**
 * The figures of Racial Faces in the Wild in one call: the accuracy of each race, and the gaps between them.
 *
 *     gap = max_r accuracy_r − min_r accuracy_r        SER = max_r (1 − accuracy_r) / min_r (1 − accuracy_r)
 *
 * Wang et al.: Racial Faces in the Wild, [arXiv 1812.00194](https://arxiv.org/abs/1812.00194); Wang and Deng: Mitigating Bias in Face Recognition,
 * [arXiv 1911.10692](https://arxiv.org/abs/1911.10692). Any groups do, such as sexes or cameras.
 *
 * @param races The pairs of each race: RFW's African, Asian, Caucasian and Indian.
 * @param options Folds and rates.
 * @param options.folds Default: 10, in the order of the pairs.
 * @param options.fars Default: 1e-3 and 1e-2.
 * @throws If there are fewer than two races, or as {@link verificationAccuracy}.
 *
 * @example
 * ```js
 * const one = {scores: [0.8, 0.1, 0.7, 0.2], same: [1, 0, 1, 0]};
 * const other = {scores: [0.8, 0.3, 0.2, 0.1], same: [1, 0, 1, 0]};
 * const {gap} = raceReport({Asian: one, Indian: other}, {folds: 2});   // 0.25
 * ```
 */
export function raceReport(
  races: Record<string, ScoredPairs>,
  options: {folds?: Folds; fars?: readonly number[]} = {},
): RaceReport {
  const where = 'raceReport';
  const {folds = 10, fars = [1e-3, 1e-2]} = checkOptions(where, options, {folds: true, fars: true});
  const names = Object.keys(races);
  if (names.length < 2) {
    throw new Error(`${where}: races must be two or more, but are ${names.length}.`);
  }
  const figures = names.map((name): [string, RaceFigures] => [
    name,
    {accuracy: verificationAccuracy(races[name], {folds}), tarAtFar: tarAtFar(races[name], fars)},
  ]);
  const accuracies = figures.map(([, {accuracy}]) => accuracy.accuracy);
  const [highest, lowest] = [Math.max(...accuracies), Math.min(...accuracies)];
  const all = {
    scores: names.flatMap(name => Array.from(races[name].scores)),
    same: names.flatMap(name => Array.from(races[name].same, Number)),
    groups: names.flatMap(name => Array.from(races[name].scores, () => name)),
  };
  const {mean, deviation} = meanAndDeviation(accuracies);
  return {
    races: Object.fromEntries(figures),
    mean,
    deviation,
    gap: highest - lowest,
    errorRatio: highest === lowest ? 1 : (1 - lowest) / (1 - highest),
    common: groupRates(all, {far: fars[0]}),
  };
}
