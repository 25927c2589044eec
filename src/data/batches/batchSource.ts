import type * as tf from '@tensorflow/tfjs-core';

/** Images and the class ids of what they show. Whoever takes a batch disposes of its tensors. */
export interface Batch {
  /** Float32 `[B, height, width, channels]`, as the network takes them. */
  images: tf.Tensor4D;
  /** Class ids, int32 `[B]`. */
  labels: tf.Tensor1D;
}

/**
 * Batches for training, pass after pass, that can be taken up again at any place.
 *
 * Which images a batch holds, and how they were changed, follows from the seed, the pass and the place in it alone. So a
 * pass and a place are all that a checkpoint has to hold of the data for a resumed run to see what the stopped one would have.
 *
 * @example
 * ```ts
 * const faces = arrayImages({images: new Uint8Array(4 * 8 * 8 * 3), shape: [4, 8, 8, 3], labels: [0, 0, 1, 1]});
 * const source: BatchSource = faces.batches({size: 2});
 * for await (const batch of source.epoch(0)) {
 *   console.log(batch.images.shape, batch.labels.shape);
 *   tf.dispose([batch.images, batch.labels]);
 * }
 * ```
 */
export interface BatchSource {
  /** How many batches a pass has. */
  readonly batchesPerEpoch: number;

  /**
   * The batches of one pass.
   *
   * @param index The pass, from 0.
   * @param from The first batch to give, from 0: those before it are skipped without being made. Default 0.
   */
  epoch(index: number, from?: number): AsyncIterable<Batch>;
}
