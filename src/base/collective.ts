/** The arrays that processes exchange. */
export type CollectiveArray = Float32Array | Float64Array | Int32Array;

/** How {@link Collective.allReduce} and {@link Collective.reduceScatter} combine the numbers of all processes. */
export type Reduction = 'sum' | 'max' | 'min';

/**
 * Several processes that compute one training, as one of them sees it.
 *
 * Every process calls the same methods in the same order with arrays of the same lengths; each call waits for all of them. Made by
 * `openCollective`; an object of your own with these methods does as well.
 */
export interface Collective {
  /** Which of the processes this is, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Replaces each number by its sum, largest or smallest over all ranks. Gives the array back. */
  allReduce<T extends CollectiveArray>(values: T, reduction: Reduction): T;
  /** Writes the values of all ranks one after another into an array that is `size` times as long. Gives that array back. */
  allGather<T extends CollectiveArray>(values: T, into: T): T;
  /**
   * Combines arrays of `size` blocks over all ranks, and gives each rank its block.
   *
   * @param values The blocks, for rank 0 first.
   * @param into As long as a block. Given back.
   */
  reduceScatter<T extends CollectiveArray>(values: T, into: T, reduction: Reduction): T;
  /** Replaces the values by those of one rank. Gives the array back. */
  broadcast<T extends CollectiveArray>(values: T, root: number): T;
  /** Waits until all ranks are here. */
  barrier(): void;
  /** Ends all ranks at once, with an exit code. */
  abort(code: number): void;
  /** Says that this rank has nothing to exchange any more. Without it the launcher takes the end of a rank for a failure. */
  close(): Promise<void>;
}
