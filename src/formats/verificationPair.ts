/** Two images, and whether they show one person. */
export interface VerificationPair {
  /** Index of the first image. */
  a: number;
  /** Index of the second image. */
  b: number;
  /** Whether both show one person. */
  same: boolean;
  /** The pair's fold, from 0. */
  fold: number;
  /** The group of both people, where the protocol has groups: for `groupRates`. */
  group?: string;
}
