/** Two images, and whether they show the same person. */
export interface VerificationPair {
  /** Place of the first image among those that come with the pairs. */
  a: number;
  /** Place of the second. */
  b: number;
  /** Whether both show one person. */
  same: boolean;
  /** Which fold of the protocol the pair belongs to, from 0. */
  fold: number;
}
