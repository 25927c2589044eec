import type {Roc} from './roc';

/** The result of {@link equalErrorRate}. */
export interface EqualErrorRate {
  /** FAR, which equals 1 − TAR. */
  rate: number;
  /** The threshold of the nearest point of the curve. */
  threshold: number;
}

/**
 * The equal error rate: FAR where FAR = 1 − TAR, interpolated linearly between the points of a receiver operating characteristic.
 *
 * @param curve The result of {@link roc}.
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
