import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkWarmUp, type WarmedDecay, warmedDecayOptions, warmedUp} from './warmedDecay';

/** See {@link cosineDecay}. */
export interface CosineDecay extends Required<WarmedDecay> {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'cosine';
  /** Steps from the first to the floor, those of the warm-up included. */
  steps: number;
  /** The last value, kept from `steps` on. */
  floor: number;
}

/**
 * Half a cosine from the peak to the floor: the decay most face recognizers are trained with today.
 *
 * After the warm-up the value is `floor + (peak − floor) · ½ (1 + cos πp)`, where p goes from 0 to 1 over the steps that are
 * left, `steps − warmupSteps`. From `steps` on it is the floor.
 *
 * Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, [arXiv 1608.03983](https://arxiv.org/abs/1608.03983).
 *
 * @param options.peak The highest value.
 * @param options.steps Steps from the first to the floor, those of the warm-up included.
 * @param options.warmupSteps Steps in which the value rises to the peak in a straight line. Default 0.
 * @param options.floor The last value. Default 0.
 * @throws If a value is negative or not finite, or `steps` is not more than `warmupSteps`.
 *
 * @example
 * ```js
 * const learningRate = cosineDecay({peak: 0.1, warmupSteps: 500, steps: 20_000});
 * scheduleAt(learningRate, 500);   // 0.1
 * ```
 */
export function cosineDecay(options: WarmedDecay & {steps: number; floor?: number}): CosineDecay {
  checkOptions('cosineDecay', options, {...warmedDecayOptions, steps: true, floor: true});
  const {peak, steps, warmupSteps = 0, floor = 0} = options;
  check.count('cosineDecay', 'steps', steps);
  check.notNegative('cosineDecay', 'floor', floor);
  checkWarmUp('cosineDecay', options, steps);
  return {kind: 'cosine', peak, steps, warmupSteps, floor};
}

/** The value at a step. */
export function cosineDecayAt(schedule: CosineDecay, step: number): number {
  const {peak, steps, warmupSteps, floor} = schedule;
  return warmedUp(schedule, step, since => {
    const part = Math.min(1, since / (steps - warmupSteps));
    return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * part));
  });
}
