import {type Annealing, annealingAt} from './annealing';
import {type LinearRamp, linearRampAt} from './linearRamp';
import {type Stepwise, stepwiseAt} from './stepwise';

/**
 * A number that changes with the training step, as plain data, so that it is saved with whatever uses it.
 *
 * Made by {@link linearRamp}, {@link stepwise} and {@link annealing}. Steps count from 1.
 */
export type Schedule = LinearRamp | Stepwise | Annealing;

/**
 * The value of a schedule, or of a plain number, at a step.
 *
 * ```js
 * scheduleAt(linearRamp({from: 0, to: 0.5, steps: 100}), 50);   // 0.25
 * ```
 */
export function scheduleAt(schedule: number | Schedule, step: number): number {
  if (typeof schedule === 'number') return schedule;
  switch (schedule.kind) {
    case 'linear':
      return linearRampAt(schedule, step);
    case 'stepwise':
      return stepwiseAt(schedule, step);
    case 'annealing':
      return annealingAt(schedule, step);
    default:
      throw new Error(
        `schedule: kind must be linear, stepwise or annealing, but is ${String((schedule as {kind: unknown}).kind)}.`,
      );
  }
}

/** Every value a schedule begins with, ends with or steps to: what has to be checked of it. */
export function scheduleValues(schedule: number | Schedule): number[] {
  if (typeof schedule === 'number') return [schedule];
  switch (schedule.kind) {
    case 'linear':
      return [schedule.from, schedule.to];
    case 'stepwise':
      return schedule.values;
    case 'annealing':
      return [schedule.base, schedule.minimum];
  }
}
