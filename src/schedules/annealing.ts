import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';

/** See {@link annealing}. */
export interface Annealing {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'annealing';
  /** The value at step 0. */
  base: number;
  /** γ, how fast it falls. */
  gamma: number;
  /** The exponent of the fall. */
  power: number;
  /** The value it does not fall below. */
  minimum: number;
}

/**
 * The decay of λ with which L-Softmax and SphereFace begin as softmax and harden,
 * `λ(t) = max(minimum, base · (1 + γ t)^(−power))`.
 *
 * Defaults are those SphereFace was trained with on CASIA-WebFace: λ is 893 at step 1, 8.26 at step 1000, and 5 from step
 * 1658 on. {@link lSoftmaxMnistAnnealing} has those of L-Softmax on MNIST.
 *
 * @throws If an option is negative or not finite.
 *
 * @example
 * ```js
 * const head = aSoftmax({classes: 10572, margin: 4, lambda: annealing({minimum: 10})});
 * ```
 */
export function annealing(
  options: {base?: number; gamma?: number; power?: number; minimum?: number} = {},
): Annealing {
  checkOptions('annealing', options, {base: true, gamma: true, power: true, minimum: true});
  const {base = 1000, gamma = 0.12, power = 1, minimum = 5} = options;
  for (const [name, value] of Object.entries({base, gamma, power, minimum})) {
    check.notNegative('annealing', name, value);
  }
  return {kind: 'annealing', base, gamma, power, minimum};
}

/** λ's decay of L-Softmax' published MNIST training: 421 at step 1000, 16.2 at 5000, 0.41 at 10,000. */
export const lSoftmaxMnistAnnealing = (): Annealing =>
  annealing({base: 1000, gamma: 2.5e-5, power: 35, minimum: 0});

/** The value at a step. */
export function annealingAt({base, gamma, power, minimum}: Annealing, step: number): number {
  return Math.max(minimum, base * (1 + gamma * step) ** -power);
}
