import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {seededRandom} from '../../base/random';
import {checkLevel, type Interval} from './clopperPearson';

/** Options of {@link bootstrapByPerson}. */
export interface BootstrapOptions {
  /** The number of samples of people. Default: 1000. */
  replicates?: number;
  /** The part of such intervals that hold the true figure, above 0 and below 1. Default: 0.95. */
  level?: number;
  /** Decides which people are drawn. Default: 0. */
  seed?: number;
}

/**
 * Bootstrap intervals of figures by person: draws as many people as there are, with replacement, many times, computes the figures of
 * each sample, and gives the interval that holds the middle part of them (the percentile interval).
 *
 * Pairs that share a person depend on each other, people do not: so people are drawn, and a pair of persons p and q counts
 * w_p · w_q times in a sample that has them w_p and w_q times. A genuine pair of person p counts w_p times. {@link verificationIntervals}
 * and {@link identificationIntervals} have the usual figures; with this function any figure has an interval.
 *
 * Bolle, Ratha and Pankanti: Evaluating Authentication Systems Using Bootstrap Confidence Intervals, 1999. ISO/IEC 19795-1:2021.
 *
 * @param people The number of people.
 * @param figures Computes figures, the same number each time, from how often each person was drawn, `[people]`. Figures that are NaN,
 *   as of a sample that has none of the pairs, are left out.
 * @param options Samples and level.
 * @returns An interval for each figure.
 * @throws If a number is out of range, or a figure is NaN for every sample.
 *
 * @example
 * ```js
 * const scores = [0.9, 0.8, 0.7, 0.2];   // of four people
 * const [mean] = bootstrapByPerson(4, weights => {
 *   const sum = scores.reduce((total, score, person) => total + weights[person] * score, 0);
 *   return [sum / 4];
 * });
 * mean.low < 0.65 && mean.high > 0.65;   // true
 * ```
 */
export function bootstrapByPerson(
  people: number,
  figures: (weights: Float64Array) => readonly number[],
  options: BootstrapOptions = {},
): Interval[] {
  const where = 'bootstrapByPerson';
  checkOptions(where, options, {replicates: true, level: true, seed: true});
  const {replicates = 1000, level = 0.95, seed = 0} = options;
  check.count(where, 'people', people);
  check.count(where, 'replicates', replicates);
  checkLevel(where, level);
  const random = seededRandom(seed);
  const weights = new Float64Array(people);
  const samples: number[][] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    weights.fill(0);
    for (let draw = 0; draw < people; draw++) weights[Math.floor(people * random())]++;
    figures(weights).forEach((value, i) => {
      samples[i] ??= [];
      if (!Number.isNaN(value)) samples[i].push(value);
    });
  }
  return samples.map((values, i) => {
    if (values.length === 0) {
      throw new Error(`${where}: figure ${i} must be a number in some sample of people, but is NaN in all.`);
    }
    const ascending = Float64Array.from(values).sort();
    return {low: quantile(ascending, (1 - level) / 2), high: quantile(ascending, (1 + level) / 2)};
  });
}

/** Interpolated linearly between values, as NumPy does. */
function quantile(ascending: Float64Array, part: number): number {
  const place = part * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}
