import * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';
import type {Batch, BatchSignature, BatchSource} from './batchSource';

/** A process' share of batches; made by {@link shardBatches}. */
export class ShardedBatches implements BatchSource {
  readonly batchesPerEpoch: number;
  /** Of the whole, so that a training may go on in another number of processes. */
  readonly signature?: BatchSignature;

  constructor(
    private readonly source: BatchSource,
    private readonly rank: number,
    private readonly size: number,
  ) {
    const {batchesPerEpoch: whole, signature} = source;
    this.batchesPerEpoch = Math.floor(whole / size);
    if (this.batchesPerEpoch === 0) {
      throw new Error(
        `shardBatches: batches must be at least ${size} in a pass, one for each process, but are ${whole}.`,
      );
    }
    if (signature) this.signature = signature;
  }

  async *epoch(index: number, from = 0): AsyncGenerator<Batch> {
    const {rank, size, batchesPerEpoch} = this;
    let left = batchesPerEpoch - from;
    if (left <= 0) return;
    for await (const batch of this.everyNth(index, from * size + rank)) {
      yield batch;
      if (--left === 0) return;
    }
  }

  private everyNth(index: number, first: number): AsyncIterable<Batch> {
    const {source, size} = this;
    return source.every ? source.every(index, first, size) : chosen(source.epoch(index, first), size);
  }
}

/** Each of so many batches; those between are disposed of. */
async function* chosen(batches: AsyncIterable<Batch>, every: number): AsyncGenerator<Batch> {
  let place = 0;
  for await (const batch of batches) {
    if (place++ % every === 0) yield batch;
    else tf.dispose([batch.images, batch.labels]);
  }
}

/** An array as a source; the caller of `epoch` gets copies, which share their data. */
const sourceOf = (batches: Batch[]): BatchSource => ({
  batchesPerEpoch: batches.length,
  signature: {
    size: batches[0]?.labels.size ?? 0,
    order: {images: batches.reduce((sum, {labels}) => sum + labels.size, 0)},
  },
  epoch: (_, from = 0) => copies(batches, from, 1),
  every: (_, from, step) => copies(batches, from, step),
});

async function* copies(batches: Batch[], from: number, step: number): AsyncGenerator<Batch> {
  for (let place = from; place < batches.length; place += step) {
    const {images, labels, places} = batches[place];
    yield {images: tf.clone(images), labels: tf.clone(labels), ...(places && {places})};
  }
}

/**
 * Gives each process of a training its batches: of N, rank r has batch `s·N + r` as its batch s.
 *
 * N ranks with it train as one process with N times `accumulate` on the whole. Batches of other ranks are not read or decoded, where the source
 * can leave them out, as `FaceImages.batches` and arrays can; any other source makes and drops them. A pass has as many batches for each rank;
 * those that are left over are in no rank's, other ones in each pass where the source shuffles. One process has all.
 *
 * @param batches The same on every rank: with the same seed.
 * @param collective The processes.
 * @throws If a pass has fewer batches than there are processes.
 *
 * @example
 * ```js
 * import {openCollective, shardBatches} from 'face-margins/distributed';
 *
 * const collective = await openCollective();
 * const trainer = new Trainer({backbone: network, objective: head, optimizer: sgd(), learningRate: 0.1, collective});
 * await trainer.run(shardBatches(batches, collective), {epochs: 1});
 * await collective.close();
 * ```
 */
export function shardBatches(batches: BatchSource | Batch[], collective: Collective): BatchSource {
  const source = Array.isArray(batches) ? sourceOf(batches) : batches;
  return collective.size === 1 ? source : new ShardedBatches(source, collective.rank, collective.size);
}
