import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {markNormalized} from '../../base/markNormalized';
import {checkedNormalization, type Normalization} from '../../base/normalization';
import {prefetchRange} from '../batches/prefetchRange';
import type {ImageList} from '../sources/imageList';
import {normalize} from './normalize';
import type {PixelArray} from './pixels';

/** Options of {@link imageTensors}. */
export interface ImageTensorsOptions {
  /** Images of a tensor; the last may have fewer. Default 64. */
  size?: number;
  /** Default (x − 127.5) / 127.5, RGB; `normalizationOf(network)` is what a network says. */
  normalize?: Normalization;
  /** The number of tensors to decode ahead. Default 2. */
  prefetch?: number;
}

/** Tensors of images, in order, as {@link imageTensors} makes them. */
export interface ImageTensors extends AsyncGenerator<tf.Tensor4D> {
  /**
   * Some of the tensors at equal distances, for processes that share them: images of the others are not read.
   *
   * @param from The first, from 0.
   * @param step From one to the next.
   */
  everyNth(from: number, step: number): AsyncGenerator<tf.Tensor4D>;
}

/**
 * All images of a list, in order, as tensors `[B, height, width, channels]` for a network to embed. The caller disposes them.
 *
 * @throws {@link UnreadableImageError} if an image is unreadable: without it, the protocol would be a different one.
 *
 * @example
 * ```ts
 * const {images} = await verificationPairs('pairs.txt', {images: 'lfw'});
 * for await (const batch of imageTensors(images)) {
 *   console.log(batch.shape);
 *   batch.dispose();
 * }
 * ```
 */
export function imageTensors(images: ImageList, options: ImageTensorsOptions = {}): ImageTensors {
  const everyNth = (from: number, step: number) => tensorsOf(images, options, from, step);
  return Object.assign(everyNth(0, 1), {everyNth});
}

async function* tensorsOf(
  images: ImageList,
  options: ImageTensorsOptions,
  from: number,
  step: number,
): AsyncGenerator<tf.Tensor4D> {
  checkOptions('imageTensors', options, {size: true, normalize: true, prefetch: true});
  const {size = 64, normalize: how, prefetch = 2} = options;
  check.count('imageTensors', 'size', size);
  check.notNegative('imageTensors', 'prefetch', prefetch);
  const {height, width, channels, length} = images;
  const normalization = checkedNormalization(how, channels);
  const values = (batch: number) =>
    batchValues(Math.min(size, length - batch * size), height * width * channels, async (i, slot) => {
      setPixels(slot, await images.pixels(batch * size + i));
      normalize(slot, normalization, channels);
    });
  const count = Math.max(0, Math.ceil((Math.ceil(length / size) - from) / step));
  for await (const batch of prefetchRange(0, count, prefetch, i => values(from + i * step))) {
    const rows = batch.length / (height * width * channels);
    yield markNormalized(tf.tensor4d(batch, [rows, height, width, channels]), normalization);
  }
}

/**
 * Copies an image into its slot.
 *
 * @throws If the image has another size than its list says: too few pixels would leave the rest black.
 */
export function setPixels(slot: Float32Array, pixels: PixelArray): void {
  if (pixels.length !== slot.length) {
    throw new Error(
      `images: pixels must give height × width × channels = ${slot.length} values, but gave ${pixels.length}.`,
    );
  }
  slot.set(pixels);
}

/** The values of a batch; `write` writes each image into its slot. */
export async function batchValues(
  images: number,
  valuesPerImage: number,
  write: (index: number, slot: Float32Array) => Promise<void>,
): Promise<Float32Array> {
  const values = new Float32Array(images * valuesPerImage);
  await Promise.all(
    Array.from({length: images}, (_, i) =>
      write(i, values.subarray(i * valuesPerImage, (i + 1) * valuesPerImage)),
    ),
  );
  return values;
}
