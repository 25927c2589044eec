import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkWarmUp, type WarmedDecay, warmedDecayOptions, warmedUp} from './warmedDecay';

/** See {@link stepDecay}. */
export interface StepDecay extends Required<WarmedDecay> {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'step';
  /** The last step of each value but the last one, ascending. */
  boundaries: number[];
  /** What is left of a value after a boundary. */
  factor: number;
}

/**
 * The peak, divided by ten at given steps: the schedule of the margin papers.
 *
 * The value is `peak · factor^k` while k boundaries have been passed: step t is past boundary b when `t > b`. For values that are
 * no powers of one factor there is {@link stepwise}.
 *
 * @param options.peak The first value.
 * @param options.boundaries The last step of each value but the last one, ascending.
 * @param options.factor What is left of a value after a boundary. Default 0.1.
 * @param options.warmupSteps Steps in which the value rises to the peak in a straight line. Default 0.
 * @throws If the boundaries do not ascend from above 0, or a value is negative or not finite.
 *
 * @example
 * ```js
 * const learningRate = stepDecay({peak: 0.1, boundaries: [100_000, 160_000, 220_000]});   // ArcFace's
 * ```
 */
export function stepDecay(options: WarmedDecay & {boundaries: number[]; factor?: number}): StepDecay {
  checkOptions('stepDecay', options, {...warmedDecayOptions, boundaries: true, factor: true});
  const {peak, boundaries, factor = 0.1, warmupSteps = 0} = options;
  check.positive('stepDecay', 'factor', factor);
  if (boundaries.some((boundary, i) => !(boundary > (boundaries[i - 1] ?? 0)))) {
    throw new Error(`stepDecay: boundaries must be positive and ascend, but are [${boundaries}].`);
  }
  checkWarmUp('stepDecay', options);
  return {kind: 'step', peak, boundaries: [...boundaries], factor, warmupSteps};
}

/** The value at a step. */
export function stepDecayAt(schedule: StepDecay, step: number): number {
  const passed = schedule.boundaries.filter(boundary => step > boundary).length;
  return warmedUp(schedule, step, () => schedule.peak * schedule.factor ** passed);
}
