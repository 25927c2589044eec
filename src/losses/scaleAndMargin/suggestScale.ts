import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';

/** The largest useful scale of float32 logits. */
const LARGEST = 1e4;

/**
 * The least scale s at which well-spread classes can reach a probability: start here, and go up to a few times this.
 *
 * A cosine is at most 1, so softmax over cosines needs a scale to reach a high probability. With C classes at the corners of
 * a simplex and every embedding on its class's corner, the target's probability is p at
 * `s = ((C − 1)/C) · log((C − 1) p/(1 − p))`, CosFace's bound. In the plane only three classes fit on a simplex: with
 * `dimension: 2` the classes stand evenly on a circle, and s is where `1/p = Σ_k e^{−s(1 − cos(2πk/C))}`, which is much
 * larger.
 *
 * Wang et al.: CosFace, [arXiv 1801.09414](https://arxiv.org/abs/1801.09414), section 3.3.
 *
 * @param classes C, 2 or more.
 * @param probability p, above 1/C and below 1. Default 0.99.
 * @param options What else is known.
 * @param options.dimension Of the embedding. Default: enough for a simplex.
 * @returns s, in logits per unit of cosine.
 * @throws If an argument is out of its range.
 *
 * @example
 * ```js
 * suggestScale(10_000);                         // 13.8
 * suggestScale(10, 0.99, {dimension: 2});       // 27.7
 * ```
 */
export function suggestScale(
  classes: number,
  probability = 0.99,
  options: {dimension?: number} = {},
): number {
  const {dimension} = checkOptions('suggestScale', options, {dimension: true});
  check.between('suggestScale', 'classes', classes, 2, Number.MAX_SAFE_INTEGER);
  if (!(probability > 1 / classes && probability < 1)) {
    throw new Error(
      `suggestScale: probability must be above 1/classes = ${1 / classes} and below 1, but is ${probability}.`,
    );
  }
  if (dimension === 2 && classes > 3) return circleScale(classes, probability);
  return ((classes - 1) / classes) * Math.log(((classes - 1) * probability) / (1 - probability));
}

/** The scale at which classes evenly on a circle reach the probability, by bisection. */
function circleScale(classes: number, probability: number): number {
  const others = Array.from({length: classes - 1}, (_, k) => 1 - Math.cos((2 * Math.PI * (k + 1)) / classes));
  const reached = (scale: number) => 1 / (1 + others.reduce((sum, gap) => sum + Math.exp(-scale * gap), 0));
  let [low, high] = [0, LARGEST];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (reached(middle) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The least α of L2-softmax at which a probability can be reached, `α = log(p (C − 2)/(1 − p))`.
 *
 * Ranjan, Castillo, Chellappa: L2-constrained Softmax Loss, [arXiv 1703.09507](https://arxiv.org/abs/1703.09507), section 3.3.
 *
 * @param classes C, 3 or more.
 * @param probability p, between 0 and 1. Default 0.9, the paper's.
 * @throws If an argument is out of its range.
 *
 * @example
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

/**
 * The least cross-entropy that softmax over scaled cosines can reach, `log(1 + (C − 1) e^{−s C/(C − 1)})`.
 *
 * At s = 1 and 10,572 classes it is 8.27, hardly below the 9.27 of chance: the reason why cosines need a scale.
 *
 * Wang, Xiang, Cheng, Yuille: NormFace, [arXiv 1704.06369](https://arxiv.org/abs/1704.06369), section 3.3 (whose ℓ² is s).
 *
 * @param classes C, 2 or more.
 * @param scale s, above 0.
 * @throws If an argument is out of its range.
 *
 * @example
 * ```js
 * normFaceLowerBound(10_572, 1);    // 8.27
 * normFaceLowerBound(10_572, 30);   // 9.9e-10
 * ```
 */
export function normFaceLowerBound(classes: number, scale: number): number {
  check.between('normFaceLowerBound', 'classes', classes, 2, Number.MAX_SAFE_INTEGER);
  check.positive('normFaceLowerBound', 'scale', scale);
  return Math.log1p((classes - 1) * Math.exp((-scale * classes) / (classes - 1)));
}
