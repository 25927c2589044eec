/** What evaluation needs of a collective: several processes that compute the same call together. */
export interface Ranks {
  /** Which of the processes this is, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Replaces each number by its sum, largest or smallest over all ranks. Gives the array back. */
  allReduce<T extends Float32Array | Float64Array | Int32Array>(
    values: T,
    reduction: 'sum' | 'max' | 'min',
  ): T;
  /** Writes the values of all ranks one after another into an array that is `size` times as long. Gives that array back. */
  allGather<T extends Float32Array | Float64Array | Int32Array>(values: T, into: T): T;
}
