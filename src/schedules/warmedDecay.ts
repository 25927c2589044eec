import {check} from '../base/check';
import type {OptionNames} from '../base/checkOptions';

/** What every schedule that decays has in common. */
export interface WarmedDecay {
  /** The highest value: that at the end of the warm-up, or the first without one. */
  peak: number;
  /** How many steps the value takes to rise from 0 to `peak` in a straight line. Default 0. */
  warmupSteps?: number;
}

/** The names of {@link WarmedDecay}. */
export const warmedDecayOptions: OptionNames<WarmedDecay> = {peak: true, warmupSteps: true};

/** Checks `peak` and `warmupSteps`, and that the decay has steps left after the warm-up. */
export function checkWarmUp(where: string, {peak, warmupSteps = 0}: WarmedDecay, steps = Infinity): void {
  check.notNegative(where, 'peak', peak);
  check.notNegative(where, 'warmupSteps', warmupSteps);
  if (warmupSteps >= steps) {
    throw new Error(
      `${where}: steps must be more than warmupSteps, whose steps it counts too, but is ${steps} with ${warmupSteps} of warm-up.`,
    );
  }
}

/**
 * The value of a decay with a warm-up at step t: `peak · t/warmupSteps` until the warm-up ends, then what `decayed` gives for
 * the steps that have gone since, 0 at first.
 */
export function warmedUp(
  {peak, warmupSteps}: Required<WarmedDecay>,
  step: number,
  decayed: (since: number) => number,
): number {
  return step <= warmupSteps ? (peak * step) / warmupSteps : decayed(Math.max(0, step - 1 - warmupSteps));
}
