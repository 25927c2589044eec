import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkWarmUp, type WarmedDecay, warmedDecayOptions, warmedUp} from './warmedDecay';

/** See {@link exponentialDecay}. */
export interface ExponentialDecay extends Required<WarmedDecay> {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'exponential';
  /** What is left of a value after `steps` steps. */
  factor: number;
  /** How many steps that takes. */
  steps: number;
}

/**
 * The peak times a factor for every so many steps, without stairs: `peak · factor^(t/steps)`, t counted after the warm-up.
 *
 * @param options.peak The highest value.
 * @param options.factor What is left of a value after `steps` steps, above 0 and at most 1.
 * @param options.steps Default 1: the factor of each step.
 * @param options.warmupSteps Steps in which the value rises to the peak in a straight line. Default 0.
 * @throws If `factor` is not from 0 to 1 or is 0, or another value is negative or not finite.
 *
 * @example
 * ```js
 * const learningRate = exponentialDecay({peak: 0.1, factor: 0.5, steps: 1000});   // halved every 1000 steps
 * ```
 */
export function exponentialDecay(options: WarmedDecay & {factor: number; steps?: number}): ExponentialDecay {
  checkOptions('exponentialDecay', options, {...warmedDecayOptions, factor: true, steps: true});
  const {peak, factor, steps = 1, warmupSteps = 0} = options;
  check.positive('exponentialDecay', 'factor', factor);
  check.between('exponentialDecay', 'factor', factor, 0, 1);
  check.count('exponentialDecay', 'steps', steps);
  checkWarmUp('exponentialDecay', options);
  return {kind: 'exponential', peak, factor, steps, warmupSteps};
}

/** The value at a step. */
export function exponentialDecayAt(schedule: ExponentialDecay, step: number): number {
  const {peak, factor, steps} = schedule;
  return warmedUp(schedule, step, since => peak * factor ** (since / steps));
}
