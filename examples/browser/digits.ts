import * as tf from '@tensorflow/tfjs-core';
import {type Batch, type BatchSource, seededRandom, shuffle} from 'face-margins/data';
import {parseIdx} from 'face-margins/formats';
import type {MnistPart} from 'face-margins/node';
import {batch} from '../mnist-2d/batches';
import type {Amount} from './messages';
import type {Images} from './training';
import {unzipped} from './unzipped';

async function file(url: string, rank: number) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The digits did not load: ${url} answered ${response.status}.`);
  return parseIdx(await unzipped(await response.arrayBuffer()), url, rank);
}

/** Fetches one part of MNIST. */
export async function loadDigits(base: string, part: 'train' | 't10k'): Promise<MnistPart> {
  const [images, labels] = await Promise.all([
    file(new URL(`mnist/${part}-images`, base).href, 3),
    file(new URL(`mnist/${part}-labels`, base).href, 1),
  ]);
  const [count, height, width] = images.shape;
  return {images: images.data, labels: labels.data, count, height, width};
}

/** Batches shuffled anew on each pass, the same for the same pass. */
export function shuffledDigits(digits: MnistPart, {images, batch: size}: Amount): BatchSource {
  const count = Math.min(digits.count, images);
  const batchesPerEpoch = Math.floor(count / size);
  return {
    batchesPerEpoch,
    async *epoch(index: number, from = 0): AsyncGenerator<Batch> {
      const order = Uint32Array.from({length: count}, (_, i) => i);
      shuffle(order, seededRandom(index + 1));
      for (let i = from; i < batchesPerEpoch; i++)
        yield batch(digits, order.subarray(i * size, (i + 1) * size));
    },
  };
}

/** The first images of a part. The caller disposes of the tensor. */
export function firstImages(digits: MnistPart, count: number): Images {
  const {images, labels} = batch(
    digits,
    Array.from({length: count}, (_, i) => i),
  );
  tf.dispose(labels);
  return {images, labels: digits.labels.subarray(0, count)};
}
