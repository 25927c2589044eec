import * as tf from '@tensorflow/tfjs-core';
import {checkIds} from '../../base/checkIds';
import {described} from '../../base/described';
import type {Batch, BatchSignature, BatchSource} from '../../data/batches/batchSource';
import {checkNotDisposed} from '../step/checkNotDisposed';

/** A batch as other loaders give it: `{images, labels}`, `{xs, ys}` or `[images, labels]`. */
export type LooseBatch =
  | {
      /** As the network takes them. */
      images: tf.Tensor;
      /** Class ids `[B]` or `[B, 1]`. */
      labels: tf.Tensor;
      /** Which images of the data these are, from 0; see {@link Batch}. */
      places?: ArrayLike<number>;
    }
  | {
      /** Images, as a `tf.data.Dataset` calls them. */
      xs: tf.Tensor;
      /** Their labels. */
      ys: tf.Tensor;
    }
  | [images: tf.Tensor, labels: tf.Tensor];

/** Things that come one after another, at once or in time. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/** As much of a `tf.data.Dataset` as is needed of it. */
export interface DatasetLike {
  /** Begins a pass over the dataset. */
  iterator(): Promise<{
    /** The next batch, or that there is none. */
    next(): Promise<IteratorResult<unknown, unknown>>;
  }>;
}

/**
 * What can be trained on: a {@link BatchSource}, a `tf.data.Dataset`, an array of batches, or anything that gives batches one after
 * another, best behind a function that makes it anew for each pass.
 */
export type BatchesLike =
  | BatchSource
  | DatasetLike
  | AnyIterable<LooseBatch>
  | ((epoch: number) => AnyIterable<LooseBatch>);

/** A {@link BatchSource} that may not know how many batches it has. */
export type AnySource = Omit<BatchSource, 'batchesPerEpoch'> & {readonly batchesPerEpoch?: number};

/** Images and labels, whatever they came as. */
function tensorsOf(batch: LooseBatch): [images: tf.Tensor, labels: tf.Tensor] {
  const {images, labels} = Array.isArray(batch)
    ? {images: batch[0], labels: batch[1]}
    : 'images' in batch
      ? batch
      : {images: batch.xs, labels: batch.ys};
  if (!(images instanceof tf.Tensor) || !(labels instanceof tf.Tensor)) {
    throw new Error(
      `Trainer: a batch must be {images, labels}, {xs, ys} or [images, labels], tensors of which labels are int32 class ids [B], but is ${described(batch)}.`,
    );
  }
  checkNotDisposed({images, labels});
  return [images, labels];
}

/** Which images a batch has, where it says so. */
function placesOf(batch: LooseBatch): Pick<Batch, 'places'> {
  return 'places' in batch && batch.places ? {places: Int32Array.from(batch.places)} : {};
}

/** With labels as class ids, which some loaders give as float32 or as `[B, 1]`. */
async function strict([images, labels]: [images: tf.Tensor, labels: tf.Tensor]): Promise<Batch> {
  if (labels.dtype === 'int32' && labels.rank === 1) return {images, labels} as Batch;
  const {shape, size} = labels;
  try {
    // A cast would cut 0.5 to class 0.
    if (labels.dtype !== 'int32') checkIds('Trainer', 'labels', await labels.data());
  } catch (error) {
    tf.dispose([images, labels]);
    throw error;
  }
  const ids = tf.tidy(() => tf.cast(tf.reshape(labels, [-1]), 'int32')) as tf.Tensor1D;
  labels.dispose();
  if (size === images.shape[0]) return {images, labels: ids} as Batch;
  tf.dispose([images, ids]);
  throw new Error(
    `Trainer: labels must be int32 class ids [${images.shape[0]}], one for each image, but have shape [${shape}]. One-hot labels become ids by labels.argMax(1).`,
  );
}

/** Batches that the consumer may dispose, though the array keeps its own. */
function* copies(batches: LooseBatch[]): Generator<LooseBatch> {
  for (const batch of batches) {
    const [images, labels] = tensorsOf(batch);
    yield {images: tf.clone(images), labels: tf.clone(labels), ...placesOf(batch)};
  }
}

/** What an array of batches is made of; nothing is known of an empty one. */
function signatureOf(batches: LooseBatch[]): BatchSignature | undefined {
  const sizes = batches.map(batch => tensorsOf(batch)[0].shape[0]);
  return sizes.length > 0
    ? {size: sizes[0], order: {images: sizes.reduce((sum, size) => sum + size)}}
    : undefined;
}

async function* elementsOf(dataset: DatasetLike): AsyncGenerator<LooseBatch> {
  const iterator = await dataset.iterator();
  for (let next = await iterator.next(); !next.done; next = await iterator.next())
    yield next.value as LooseBatch;
}

async function* from(batches: AnyIterable<LooseBatch>, first: number): AsyncGenerator<Batch> {
  let place = 0;
  for await (const batch of batches) {
    if (place++ < first) {
      tf.dispose(batch as object as tf.TensorContainer);
    } else {
      yield {...(await strict(tensorsOf(batch))), ...placesOf(batch)};
    }
  }
}

const has = (value: object, method: PropertyKey) =>
  typeof (value as Record<PropertyKey, unknown>)[method] === 'function';

/**
 * Makes a {@link BatchSource} of anything that gives batches.
 *
 * All but a `BatchSource` find their place again by drawing and throwing away what comes before it. For a resumed run to see what
 * the stopped one would have, they must give the same batches in the same order again.
 *
 * @throws If it is not one of these.
 */
export function batchesOf(source: BatchesLike): AnySource {
  if (typeof source === 'function') return {epoch: (index, first = 0) => from(source(index), first)};
  if (Array.isArray(source)) {
    const batches = source as LooseBatch[];
    return {
      batchesPerEpoch: batches.length,
      signature: signatureOf(batches),
      epoch: (_, first = 0) => from(copies(batches.slice(first)), 0),
    };
  }
  if (typeof source === 'object' && source !== null) {
    if (has(source, 'epoch')) return source as BatchSource;
    if (has(source, 'iterator')) {
      return {epoch: (_, first = 0) => from(elementsOf(source as DatasetLike), first)};
    }
    if (has(source, Symbol.iterator) || has(source, Symbol.asyncIterator)) {
      return {epoch: (_, first = 0) => from(source as AnyIterable<LooseBatch>, first)};
    }
  }
  throw new Error(
    `fit: source must be a BatchSource, a tf.data dataset, an array or another iterable of batches, or a function that gives one, but is ${described(source)}.`,
  );
}
