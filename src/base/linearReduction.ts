/** A linear map from long embeddings to short ones, as plain data that JSON keeps. */
export interface LinearReduction {
  /** D, the length of what goes in. */
  from: number;
  /** k, the length of what comes out. */
  to: number;
  /** `[k, D]`, row-major: orthogonal directions of length 1, the first with the most of the embeddings. */
  directions: number[];
  /** `[D]`: what is subtracted first; absent where nothing is. */
  mean?: number[];
  /** Whether an embedding is scaled to length 1 first. */
  normalize: boolean;
}
