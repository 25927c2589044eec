import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {described} from '../../base/described';
import type {Embeddings} from '../../base/embeddings';
import {oneProcess} from '../../base/oneProcess';
import type {Ranks} from '../../base/ranks';
import {checkNormalized} from './checkNormalized';
import {type EmbeddedRows, embeddedByAllRanks} from './embeddedByAllRanks';

/** A model from images to embeddings: a tfjs-layers model or a graph model. */
export interface EmbeddingModel {
  /** Embeddings `[B, D]` of images `[B, height, width, channels]`. */
  predict(images: tf.Tensor4D): unknown;
  /** What was saved with the model: `normalize` says which pixels it takes. Without it nothing is checked of them. */
  getUserDefinedMetadata?(): object | undefined;
  /** What it takes, as TensorFlow.js describes it; null or −1 is any size. Without it a wrong image size is the model's own error. */
  readonly inputs?: readonly {
    /** `[batch, height, width, channels]`. */
    shape?: readonly (number | null)[];
  }[];
}

/** A batch with images, such as a training batch; its labels are not used. */
export interface ImageBatch {
  /** `[B, height, width, channels]`. */
  images: tf.Tensor;
}

/** Batches that can be made without those between them, as those of `imageTensors`. */
export interface SeparableBatches extends AsyncIterable<tf.Tensor | ImageBatch> {
  /**
   * Batches at equal distances.
   *
   * @param from The first, from 0.
   * @param step From one to the next.
   */
  everyNth(from: number, step: number): AsyncIterable<tf.Tensor | ImageBatch>;
}

/** Images for {@link embedImages}: one tensor, or batches. */
export type ImageBatches =
  | tf.Tensor
  | Iterable<tf.Tensor | ImageBatch>
  | AsyncIterable<tf.Tensor | ImageBatch>
  | SeparableBatches;

/** Options of {@link embedImages}. */
export interface EmbedImagesOptions {
  /** Whether to add the embedding of the mirrored image, as in InsightFace's figures. Default: false. */
  flip?: boolean;
  /** The number of images to embed at once; larger batches are split. Default: 64. */
  batchSize?: number;
  /** Called after each batch with the number of images embedded so far. */
  onProgress?: (images: number) => void;
  /**
   * Processes that share the work: of N, rank r embeds every N-th batch from r on. Each calls with the same model and the same images, and gets
   * all embeddings, equal to those of one process to the bit. Batches of other ranks are not decoded if `imageTensors` makes them; any other
   * source makes and drops them. Default: this process alone.
   */
  collective?: Ranks;
}

/** The result of {@link embedImages}: embeddings of images. */
export interface ImageEmbeddings extends Embeddings {
  values: Float32Array;
  /** N, the number of images. */
  count: number;
}

/**
 * Embeds images in batches; memory grows with the batch, not with the number of images.
 *
 * With `flip` the embedding is f(image) + f(mirrored image). Neither the sum nor its terms are scaled to length 1: functions that
 * compare embeddings do that themselves.
 *
 * @param model It maps images `[B, height, width, channels]` to embeddings `[B, D]`.
 * @param images A tensor `[N, height, width, channels]`, which is not disposed; or batches, such as an epoch of a `BatchSource`, which
 *   are disposed with their labels after embedding.
 * @param options How to embed.
 * @throws If there are no images, they do not have the model's size, `batchSize` is not a count, the model returns something else, or
 *   an embedding is not finite. Every rank of a collective throws, with the first of them that failed.
 * @throws If the model says which pixels it takes, and the images were normalized otherwise, or the first hold numbers that no pixel gives.
 *
 * @example
 * ```js
 * const network = compact({embeddingSize: 2});
 * const images = tf.randomUniform([5, 28, 28, 1]);
 * const {count, dimension} = await embedImages(network, images, {flip: true});   // 5, 2
 * ```
 */
export async function embedImages(
  model: EmbeddingModel,
  images: ImageBatches,
  options: EmbedImagesOptions = {},
): Promise<ImageEmbeddings> {
  checkOptions('embedImages', options, {flip: true, batchSize: true, onProgress: true, collective: true});
  const {flip = false, batchSize = 64, onProgress, collective = oneProcess} = options;
  check.count('embedImages', 'batchSize', batchSize);
  const parts: Float32Array[] = [];
  let [count, dimension] = [0, 0];
  const own = embedded(model, slices(model, images, batchSize, collective), flip);
  for await (const part of collective.size === 1 ? own : embeddedByAllRanks(own, collective)) {
    if (part === undefined) continue;
    checkFinite(part.values, part.dimension, count);
    parts.push(part.values);
    dimension = part.dimension;
    count += part.values.length / dimension;
    onProgress?.(count);
  }
  if (count === 0) throw new Error('embedImages: images must hold at least one image, but hold none.');
  const values = new Float32Array(count * dimension);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return {values, count, dimension};
}

/** The embeddings of slices; nothing at the end of each batch. */
async function* embedded(
  model: EmbeddingModel,
  images: AsyncGenerator<tf.Tensor4D | undefined>,
  flip: boolean,
): AsyncGenerator<EmbeddedRows | undefined> {
  for await (const part of images) {
    if (part === undefined) {
      yield undefined;
      continue;
    }
    const rows = embed(model, part, flip);
    const values = await rows.data<'float32'>();
    rows.dispose();
    yield {values, dimension: rows.shape[1]};
  }
}

/** Embeds images and disposes them. */
function embed(model: EmbeddingModel, images: tf.Tensor4D, flip: boolean): tf.Tensor2D {
  try {
    return tf.tidy(() => {
      const straight = predict(model, images);
      return flip ? tf.add(straight, predict(model, tf.reverse(images, 2))) : straight;
    });
  } finally {
    images.dispose();
  }
}

/** Tensors of at most `size` images of this rank's batches, which the caller disposes, and nothing at the end of each batch. */
async function* slices(
  model: EmbeddingModel,
  images: ImageBatches,
  size: number,
  ranks: Pick<Ranks, 'rank' | 'size'>,
): AsyncGenerator<tf.Tensor4D | undefined> {
  if (images instanceof tf.Tensor) {
    checkImages(model, images);
    await checkNormalized(model, images, true);
    for (let from = ranks.rank * size; from < images.shape[0]; from += ranks.size * size) {
      yield sliceOf(images, from, size);
      yield undefined;
    }
    return;
  }
  const isSeparable = ranks.size > 1 && 'everyNth' in images;
  let [first, place] = [true, 0];
  for await (const batch of isSeparable ? images.everyNth(ranks.rank, ranks.size) : images) {
    const whole = batch instanceof tf.Tensor ? batch : batch.images;
    try {
      if (!isSeparable && place++ % ranks.size !== ranks.rank) continue;
      checkImages(model, whole);
      await checkNormalized(model, whole, first);
      first = false;
      for (let from = 0; from < whole.shape[0]; from += size) yield sliceOf(whole, from, size);
    } finally {
      tf.dispose(batch as tf.TensorContainer);
    }
    yield undefined;
  }
}

/** Throws where a batch has no images of the size that the model takes. */
function checkImages({inputs}: EmbeddingModel, images: unknown): void {
  const taken = inputs?.length === 1 && inputs[0].shape?.length === 4 ? inputs[0].shape : [];
  const sizes = ['height', 'width', 'channels'].map((name, i) => {
    const size = taken[i + 1] ?? -1;
    return size > 0 ? size : name;
  });
  const [, ...own] = images instanceof tf.Tensor ? images.shape : [];
  const fits = own.length === 3 && sizes.every((size, i) => typeof size === 'string' || size === own[i]);
  if (fits) return;
  const what = images instanceof tf.Tensor ? `have [${images.shape.join(', ')}]` : `are ${described(images)}`;
  throw new Error(
    `embedImages: images must be tensors of shape [B, ${sizes.join(', ')}], or batches with such images, but ${what}.`,
  );
}

const sliceOf = (images: tf.Tensor, from: number, size: number): tf.Tensor4D =>
  tf.slice(images as tf.Tensor4D, from, Math.min(size, images.shape[0] - from));

function predict(model: EmbeddingModel, images: tf.Tensor4D): tf.Tensor2D {
  const output = model.predict(images);
  if (!(output instanceof tf.Tensor) || output.rank !== 2 || output.shape[0] !== images.shape[0]) {
    const what = output instanceof tf.Tensor ? `shape [${output.shape}]` : 'several outputs';
    throw new Error(
      `embedImages: the model must give embeddings [${images.shape[0]}, D] for images [${images.shape}], but gives ${what}.`,
    );
  }
  return output as tf.Tensor2D;
}

function checkFinite(values: Float32Array, dimension: number, before: number): void {
  const wrong = values.findIndex(value => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new Error(
      `embedImages: the embedding of image ${before + Math.floor(wrong / dimension)} must be finite, but holds ${values[wrong]}: the model's weights or the image are not finite.`,
    );
  }
}
