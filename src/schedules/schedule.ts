import {type Annealing, annealingAt} from './annealing';
import {type CosineDecay, cosineDecayAt} from './cosineDecay';
import {type ExponentialDecay, exponentialDecayAt} from './exponentialDecay';
import {type LinearRamp, linearRampAt} from './linearRamp';
import {type PolynomialDecay, polynomialDecayAt} from './polynomialDecay';
import {type StepDecay, stepDecayAt} from './stepDecay';
import {type Stepwise, stepwiseAt} from './stepwise';

/**
 * A number that changes with the training step, as plain data, so that it is saved with whatever uses it.
 *
 * Made by {@link linearRamp}, {@link stepwise} and {@link annealing}, as margins, scales and λ change, and by
 * {@link stepDecay}, {@link polynomialDecay}, {@link cosineDecay} and {@link exponentialDecay}, as learning rates do; either
 * may be used for the other. Steps count from 1.
 */
export type Schedule =
  | LinearRamp
  | Stepwise
  | Annealing
  | StepDecay
  | PolynomialDecay
  | CosineDecay
  | ExponentialDecay;

/** Every kind of schedule: its value at a step, and the values it begins with, ends with or steps to. */
const kinds: {
  [K in Schedule['kind']]: {
    at: (schedule: Extract<Schedule, {kind: K}>, step: number) => number;
    values: (schedule: Extract<Schedule, {kind: K}>) => number[];
  };
} = {
  linear: {at: linearRampAt, values: ({from, to}) => [from, to]},
  stepwise: {at: stepwiseAt, values: ({values}) => values},
  annealing: {at: annealingAt, values: ({base, minimum}) => [base, minimum]},
  step: {at: stepDecayAt, values: schedule => [schedule.peak, stepDecayAt(schedule, Infinity)]},
  polynomial: {at: polynomialDecayAt, values: ({peak, floor}) => [peak, floor]},
  cosine: {at: cosineDecayAt, values: ({peak, floor}) => [peak, floor]},
  exponential: {at: exponentialDecayAt, values: ({peak}) => [peak]},
};

/** What is known of a schedule's kind. The table pairs each kind with its own functions, which its type cannot follow. */
function kindOf(schedule: Schedule) {
  if (!Object.hasOwn(kinds, schedule.kind)) {
    throw new Error(
      `schedule: kind must be one of ${Object.keys(kinds).join(', ')}, but is ${String(schedule.kind)}.`,
    );
  }
  return kinds[schedule.kind] as {
    at: (schedule: Schedule, step: number) => number;
    values: (schedule: Schedule) => number[];
  };
}

/**
 * The value of a schedule, or of a plain number, at a step.
 *
 * @example
 * ```js
 * scheduleAt(linearRamp({from: 0, to: 0.5, steps: 100}), 50);   // 0.25
 * ```
 */
export function scheduleAt(schedule: number | Schedule, step: number): number {
  return typeof schedule === 'number' ? schedule : kindOf(schedule).at(schedule, step);
}

/** Every value a schedule begins with, ends with or steps to: what has to be checked of it. */
export function scheduleValues(schedule: number | Schedule): number[] {
  return typeof schedule === 'number' ? [schedule] : kindOf(schedule).values(schedule);
}
