import type * as tf from '@tensorflow/tfjs-core';

/** Images and their class ids. The caller disposes the tensors. */
export interface Batch {
  /** Float32 `[B, height, width, channels]`, as the network takes them. */
  images: tf.Tensor4D;
  /** Class ids, int32 `[B]`. */
  labels: tf.Tensor1D;
  /** Which images of the source these are, from 0: for what is stored for each image, such as the embeddings of a teacher. */
  places?: Int32Array;
}

/** What decides which images a batch holds: plain data that a checkpoint keeps, so that going on with other data is noticed. */
export interface BatchSignature {
  /** The number of images in a batch; the last one of a pass may have fewer. */
  size: number;
  /** What else decides which image has which place in a pass, such as the number of images and a seed. */
  order?: Readonly<Record<string, unknown>>;
  /** What changes images and leaves them in their places, such as augmentation. */
  images?: Readonly<Record<string, unknown>>;
}

/**
 * Batches for training, which can resume at any batch of any pass.
 *
 * The seed, the pass and the position in the pass determine a batch: its images and their augmentation. A checkpoint therefore stores
 * a pass and a position, and a resumed run sees the batches that the stopped one would have seen.
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
  /** The number of batches in a pass. */
  readonly batchesPerEpoch: number;

  /** What the batches are made of, for checkpoints. Default: only the size of the first batch is known. */
  readonly signature?: BatchSignature;

  /**
   * The batches of one pass.
   *
   * @param index The pass, from 0.
   * @param from The first batch, from 0; earlier ones are not computed. Default 0.
   */
  epoch(index: number, from?: number): AsyncIterable<Batch>;

  /**
   * Some batches of a pass at equal distances, without the others: for processes that share them. Default: all are made, and those of
   * others dropped.
   *
   * @param index The pass, from 0.
   * @param from The first batch, from 0.
   * @param step From one to the next.
   */
  every?(index: number, from: number, step: number): AsyncIterable<Batch>;
}
