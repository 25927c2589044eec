import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkWarmUp, type WarmedDecay, warmedDecayOptions, warmedUp} from './warmedDecay';

/** See {@link polynomialDecay}. */
export interface PolynomialDecay extends Required<WarmedDecay> {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'polynomial';
  /** Steps from the first to the floor, those of the warm-up included. */
  steps: number;
  /** 1 for a straight line; more for a fall that is fast at first. */
  power: number;
  /** The last value, kept from `steps` on. */
  floor: number;
}

/**
 * From the peak to the floor along `(1 − p)^power`: a straight line with power 1, as insightface trains.
 *
 * After the warm-up the value is `floor + (peak − floor) · (1 − p)^power`, where p goes from 0 to 1 over the steps that are left,
 * `steps − warmupSteps`. From `steps` on it is the floor.
 *
 * @param options.peak The highest value.
 * @param options.steps Steps from the first to the floor, those of the warm-up included.
 * @param options.power Default 1. With 2 the value falls fast and then slowly.
 * @param options.warmupSteps Steps in which the value rises to the peak in a straight line. Default 0.
 * @param options.floor The last value. Default 0.
 * @throws If a value is negative or not finite, `power` is not above 0, or `steps` is not more than `warmupSteps`.
 *
 * @example
 * ```js
 * const learningRate = polynomialDecay({peak: 0.1, warmupSteps: 1000, steps: 100_000, power: 2});
 * ```
 */
export function polynomialDecay(
  options: WarmedDecay & {steps: number; power?: number; floor?: number},
): PolynomialDecay {
  checkOptions('polynomialDecay', options, {...warmedDecayOptions, steps: true, power: true, floor: true});
  const {peak, steps, warmupSteps = 0, power = 1, floor = 0} = options;
  check.count('polynomialDecay', 'steps', steps);
  check.positive('polynomialDecay', 'power', power);
  check.notNegative('polynomialDecay', 'floor', floor);
  checkWarmUp('polynomialDecay', options, steps);
  return {kind: 'polynomial', peak, steps, warmupSteps, power, floor};
}

/** The value at a step. */
export function polynomialDecayAt(schedule: PolynomialDecay, step: number): number {
  const {peak, steps, warmupSteps, power, floor} = schedule;
  return warmedUp(schedule, step, since => {
    const left = Math.max(0, 1 - since / (steps - warmupSteps));
    return floor + (peak - floor) * left ** power;
  });
}
