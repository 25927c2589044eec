import * as tf from '@tensorflow/tfjs-core';
import {useBackend} from 'face-margins';
import {arrayImages, type Batch, type BatchSource, FaceImages} from 'face-margins/data';
import {type Collective, openCollective, shardBatches} from 'face-margins/distributed';
import {beforeAll, expect, it} from 'vitest';

beforeAll(async () => {
  await useBackend('cpu');
});

const rankOf = async (rank: number, size: number): Promise<Collective> => ({
  ...(await openCollective()),
  rank,
  size,
});

/** The labels of the batches of a pass, which are disposed of. */
async function labelsOf(source: BatchSource, pass = 0, from?: number): Promise<string[]> {
  const all: string[] = [];
  for await (const {images, labels} of source.epoch(pass, from)) {
    all.push([...labels.dataSync()].join());
    tf.dispose([images, labels]);
  }
  return all;
}

/** Images whose labels name them, and which of them have been decoded. */
function faces(count: number) {
  const decoded: number[] = [];
  const labels = Array.from({length: count}, (_, i) => i);
  const images = {
    ...arrayImages({images: new Uint8Array(count * 4), shape: [count, 2, 2, 1], labels}).images,
    pixels: async (i: number) => {
      decoded.push(i);
      return new Uint8Array(4);
    },
  };
  const whole = FaceImages.of('faces', images, labels, labels.map(String));
  return {whole, decoded};
}

it.each([2, 3])(
  'gives each of %i ranks every so many batches of a pass, and resumes within it',
  async size => {
    const {whole} = faces(22);
    const source = whole.batches({size: 2, seed: 5});
    for (const pass of [0, 1]) {
      const all = await labelsOf(source, pass);
      for (let rank = 0; rank < size; rank++) {
        const own = shardBatches(source, await rankOf(rank, size));
        expect(own.batchesPerEpoch).toBe(Math.floor(11 / size));
        expect(own.signature).toEqual(source.signature);
        const expected = all.filter((_, i) => i % size === rank).slice(0, own.batchesPerEpoch);
        expect(await labelsOf(own, pass)).toEqual(expected);
        expect(await labelsOf(own, pass, 2)).toEqual(expected.slice(2));
      }
    }
  },
);

it('decodes no image of another rank', async () => {
  const {whole, decoded} = faces(16);
  const own = await labelsOf(shardBatches(whole.batches({size: 2, shuffle: false}), await rankOf(1, 2)));
  expect(own).toEqual(['2,3', '6,7', '10,11', '14,15']);
  expect(decoded.sort((a, b) => a - b)).toEqual([2, 3, 6, 7, 10, 11, 14, 15]);
});

it('takes arrays, which keep their tensors, and sources that make all batches', async () => {
  const batches: Batch[] = [0, 1, 2, 3, 4].map(i => ({
    images: tf.zeros([1, 2, 2, 1]),
    labels: tf.tensor1d([i], 'int32'),
  }));
  const before = tf.memory().numTensors;
  expect(await labelsOf(shardBatches(batches, await rankOf(1, 2)))).toEqual(['1', '3']);
  const plain: BatchSource = {
    batchesPerEpoch: 5,
    async *epoch(_, from = 0) {
      for (const {images, labels} of batches.slice(from))
        yield {images: tf.clone(images), labels: tf.clone(labels)};
    },
  };
  expect(await labelsOf(shardBatches(plain, await rankOf(0, 2)))).toEqual(['0', '2']);
  expect(tf.memory().numTensors).toBe(before);
  expect(await labelsOf(shardBatches(batches, await openCollective()))).toEqual(['0', '1', '2', '3', '4']);
  expect(() => shardBatches(batches.slice(0, 1), {...oneOf(2)})).toThrow(
    'shardBatches: batches must be at least 2 in a pass, one for each process, but are 1.',
  );
});

const oneOf = (size: number) => ({rank: 0, size}) as Collective;
