import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {incompleteBeta} from './incompleteBeta';

/** Bounds of a figure. */
export interface Interval {
  /** The lower bound. */
  low: number;
  /** The upper bound. */
  high: number;
}

/**
 * The interval of Clopper and Pearson for a rate: of a number of *independent* trials, a number succeeded.
 *
 *     low = B⁻¹(α/2; k, n − k + 1)        high = B⁻¹(1 − α/2; k + 1, n − k)        α = 1 − level
 *
 * with the quantile B⁻¹ of the beta distribution. Pairs of faces are not independent: one image is in many of them. For rates of pairs
 * this interval is therefore too narrow, for all pairs of LFW by a factor of ten. It is what many papers print; print
 * {@link verificationIntervals} beside it.
 *
 * Clopper and Pearson: The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial, Biometrika 1934.
 *
 * @param successes k, a whole number from 0 to `trials`.
 * @param trials n, a whole number of 1 or more.
 * @param options The level.
 * @param options.level The part of such intervals that hold the true rate, above 0 and below 1. Default: 0.95.
 * @throws If a number is out of range.
 *
 * @example
 * ```js
 * const {low, high} = clopperPearson(9, 10);   // 0.555, 0.9975
 * ```
 */
export function clopperPearson(successes: number, trials: number, options: {level?: number} = {}): Interval {
  const {level = 0.95} = checkOptions('clopperPearson', options, {level: true});
  check.count('clopperPearson', 'trials', trials);
  if (successes !== 0) check.count('clopperPearson', 'successes', successes);
  check.between('clopperPearson', 'successes', successes, 0, trials);
  checkLevel('clopperPearson', level);
  const tail = (1 - level) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}

/** Checks the level of an interval. */
export function checkLevel(where: string, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new Error(`${where}: level must be above 0 and below 1, but is ${level}.`);
  }
}

/** By halving: as exact as the distribution itself. */
function betaQuantile(probability: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high || high - low < 1e-13 * high) return middle;
    if (incompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
}
