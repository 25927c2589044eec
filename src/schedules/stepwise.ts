import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';

/** See {@link stepwise}. */
export interface Stepwise {
  /** Tells the schedule in a saved layer or checkpoint. */
  kind: 'stepwise';
  /** The values, one more than boundaries. */
  values: number[];
  /** The last step of each value but the last one, ascending. */
  boundaries: number[];
}

/**
 * One value after another: a scale that grows in steps, or a margin that begins after a softmax phase.
 *
 * The value is `values[k]` while k boundaries have been passed: step t is past boundary b when `t > b`.
 *
 * @param options The steps.
 * @param options.values One more than boundaries.
 * @param options.boundaries The last step of each value but the last one, ascending.
 * @throws If the lengths do not fit, a value is not finite, or the boundaries do not ascend.
 *
 * @example
 * ```js
 * const scale = stepwise({values: [16, 32, 64], boundaries: [5000, 10000]});
 * const softmaxThenMargin = stepwise({values: [0, 0.5], boundaries: [20000]});
 * ```
 */
export function stepwise(options: {values: number[]; boundaries: number[]}): Stepwise {
  const {values, boundaries} = checkOptions('stepwise', options, {values: true, boundaries: true});
  if (values.length !== boundaries.length + 1) {
    throw new Error(
      `stepwise: values must be one more than boundaries, but there are ${values.length} values and ${boundaries.length} boundaries.`,
    );
  }
  for (const value of values) check.finite('stepwise', 'values', value);
  if (boundaries.some((boundary, i) => !(boundary > (boundaries[i - 1] ?? 0)))) {
    throw new Error(`stepwise: boundaries must be positive and ascend, but are [${boundaries}].`);
  }
  return {kind: 'stepwise', values: [...values], boundaries: [...boundaries]};
}

/** The value at a step. */
export function stepwiseAt({values, boundaries}: Stepwise, step: number): number {
  return values[boundaries.filter(boundary => step > boundary).length];
}
