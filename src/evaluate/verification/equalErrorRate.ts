import type {Roc} from './roc';

/** Where false accepts and false rejects are as many: what {@link equalErrorRate} gives. */
export interface EqualErrorRate {
  /** FAR and 1 − TAR at that place. */
  rate: number;
  /** The threshold of the point of the curve that is nearest to it. */
  threshold: number;
}

/**
 * The equal error rate: the rate at which a receiver operating characteristic, drawn with straight lines between its
 * points, has as many false accepts as false rejects, FAR = 1 − TAR.
 *
 * @param curve As {@link roc} gives it.
 *
 * @example
 * ```js
 * equalErrorRate(roc({scores: [0.9, 0.7, 0.6, 0.1], same: [true, false, true, false]})).rate;   // 0.5
 * ```
 */
export function equalErrorRate({far, tar, thresholds}: Roc): EqualErrorRate {
  const excess = (i: number) => far[i] - (1 - tar[i]);
  let i = 1;
  while (excess(i) < 0) i++;
  const part = excess(i - 1) / (excess(i - 1) - excess(i));
  return {
    rate: far[i - 1] + part * (far[i] - far[i - 1]),
    threshold: thresholds[part < 0.5 && i > 1 ? i - 1 : i],
  };
}
