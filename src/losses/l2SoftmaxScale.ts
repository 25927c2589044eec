import {check} from '../base/check';

/**
 * The least α of L2-softmax at which a probability can be reached, `α = log(p (C − 2)/(1 − p))`.
 *
 * Ranjan, Castillo, Chellappa: L2-constrained Softmax Loss, arXiv 1703.09507, section 3.3.
 *
 * @param classes C, 3 or more.
 * @param probability p, between 0 and 1. Default 0.9, the paper's.
 * @throws If an argument is out of its range.
 *
 * ```js
 * l2SoftmaxScale(10_572);   // 11.46
 * ```
 */
export function l2SoftmaxScale(classes: number, probability = 0.9): number {
  check.between('l2SoftmaxScale', 'classes', classes, 3, Number.MAX_SAFE_INTEGER);
  if (!(probability > 0 && probability < 1)) {
    throw new Error(`l2SoftmaxScale: probability must be above 0 and below 1, but is ${probability}.`);
  }
  return Math.log((probability * (classes - 2)) / (1 - probability));
}
