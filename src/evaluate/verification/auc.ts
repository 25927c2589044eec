import type {Roc} from './roc';

/**
 * The area under a receiver operating characteristic, by trapezoids: the probability that a genuine pair scores higher than an
 * impostor pair, where a tie counts half. 1 is perfect, 0.5 is guessing.
 *
 *     AUC = Σ_i (FAR_i − FAR_{i−1}) (TAR_i + TAR_{i−1}) / 2
 *
 * @param curve The result of {@link roc}.
 *
 * @example
 * ```js
 * auc(roc({scores: [0.9, 0.7, 0.6, 0.1], same: [true, false, true, false]}));   // 0.75
 * ```
 */
export function auc({far, tar}: Pick<Roc, 'far' | 'tar'>): number {
  let area = 0;
  for (let i = 1; i < far.length; i++) area += ((far[i] - far[i - 1]) * (tar[i] + tar[i - 1])) / 2;
  return area;
}
