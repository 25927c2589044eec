import {check} from '../base/check';

/**
 * The least cross-entropy that softmax over scaled cosines can reach, `log(1 + (C − 1) e^{−s C/(C − 1)})`.
 *
 * At s = 1 and 10,572 classes it is 8.27, hardly below the 9.27 of chance: the reason why cosines need a scale.
 *
 * Wang, Xiang, Cheng, Yuille: NormFace, arXiv 1704.06369, section 3.3 (whose ℓ² is s).
 *
 * @param classes C, 2 or more.
 * @param scale s, above 0.
 * @throws If an argument is out of its range.
 *
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
