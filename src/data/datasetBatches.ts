import * as tf from '@tensorflow/tfjs-core';
import {check} from '../check';
import type {Batch, BatchSource} from './batchSource';

/** What is used of a `tf.data.Dataset`: this library does not import `@tensorflow/tfjs-data`. */
export interface TfDataset {
  /** How many elements it has; `null`, `undefined` or infinite where it does not know. */
  size?: number | null;
  iterator(): Promise<{next(): Promise<{value: unknown; done?: boolean}>}>;
}

/** Options of {@link datasetBatches}. */
export interface DatasetBatchesOptions {
  /** Batches of a pass. Default: what the data set says. */
  batchesPerEpoch?: number;
}

/**
 * A `tf.data.Dataset` as batches for training.
 *
 * Its elements are batches: `{xs, ys}` as for `model.fitDataset`, or `{images, labels}`, with images `[B, height, width,
 * channels]` and class ids `[B]` or `[B, 1]`. Each pass begins a new iterator, and batches to skip are made and thrown away; so
 * a resumed run sees what the stopped one would have only where the data set gives the same series each time (shuffle with a
 * seed, and `reshuffleEachIteration` false).
 *
 * @throws An error when the number of batches is neither given nor known; from `epoch`, when an element is no batch or the
 *   data set ends before its pass.
 */
export function datasetBatches(
  dataset: TfDataset,
  {batchesPerEpoch}: DatasetBatchesOptions = {},
): BatchSource {
  const count = batchesPerEpoch ?? dataset.size ?? Number.NaN;
  check.count('datasetBatches', 'batchesPerEpoch', count);
  return {
    batchesPerEpoch: count,
    async *epoch(_, from = 0): AsyncGenerator<Batch> {
      const iterator = await dataset.iterator();
      for (let i = 0; i < count; i++) {
        const {value, done} = await iterator.next();
        if (done) {
          throw new Error(
            `datasetBatches: batchesPerEpoch is ${count}, but the data set ends after ${i} batches. ` +
              'Give the number it has, or let it repeat.',
          );
        }
        if (i < from) tf.dispose(value as tf.TensorContainer);
        else yield batchOf(value);
      }
    },
  };
}

function batchOf(value: unknown): Batch {
  const {xs, ys, images = xs, labels = ys} = value as Record<string, unknown>;
  if (!(images instanceof tf.Tensor && images.rank === 4 && labels instanceof tf.Tensor)) {
    throw new Error(
      'datasetBatches: an element must be {xs, ys} or {images, labels}, with images of rank 4 and class ids, but is ' +
        `${describe(value)}.`,
    );
  }
  const [size] = images.shape;
  if (labels.size !== size) {
    throw new Error(
      `datasetBatches: labels must be class ids [${size}], one for each image, but have the shape ` +
        `[${labels.shape.join(', ')}]${labels.rank === 2 ? ': take the argMax of one-hot labels' : ''}.`,
    );
  }
  const ids = tf.tidy(() => tf.cast(tf.reshape(labels, [size]), 'int32')) as tf.Tensor1D;
  labels.dispose();
  return {images: images as tf.Tensor4D, labels: ids};
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(
      ([name, part]) => `${name}: ${part instanceof tf.Tensor ? `[${part.shape.join(', ')}]` : typeof part}`,
    )
    .join(', ')}}`;
}
