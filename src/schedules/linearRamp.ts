import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';

/** See {@link linearRamp}. */
export interface LinearRamp {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'linear';
  /** The first value. */
  from: number;
  /** The last value, kept from then on. */
  to: number;
  /** How many steps the way takes. */
  steps: number;
  /** How many steps pass before. */
  delay: number;
}

/**
 * From one value to another in a straight line: a margin's warm-up.
 *
 * The value at step t is `from + (to − from) · min(1, max(0, t − delay)/steps)`.
 *
 * @param options.from The first value. Default 0.
 * @param options.to The last value, kept from then on.
 * @param options.steps How many steps the way takes.
 * @param options.delay How many steps to wait before. Default 0.
 * @throws If a value is not finite or `steps` is not a whole number of 1 or more.
 *
 * @example
 * ```js
 * const head = arcFace({classes: 1000, margin: linearRamp({to: 0.5, steps: 2000})});
 * ```
 */
export function linearRamp(options: {from?: number; to: number; steps: number; delay?: number}): LinearRamp {
  checkOptions('linearRamp', options, {from: true, to: true, steps: true, delay: true});
  const {from = 0, to, steps, delay = 0} = options;
  check.finite('linearRamp', 'from', from);
  check.finite('linearRamp', 'to', to);
  check.count('linearRamp', 'steps', steps);
  check.notNegative('linearRamp', 'delay', delay);
  return {kind: 'linear', from, to, steps, delay};
}

/** The value of a ramp at a step. */
export function linearRampAt({from, to, steps, delay}: LinearRamp, step: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, step - delay) / steps);
}
