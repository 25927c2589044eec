import * as tf from '@tensorflow/tfjs-core';
import {arcFace, type BatchesLike, sgd, Trainer, useBackend} from 'face-margins';
import {beforeAll, expect, it} from 'vitest';
import {batchesOf} from '../../../src/train/loop/batchesOf';
import {prefetchNext} from '../../../src/train/loop/prefetchNext';
import {collect, tinyBatch, tinyNetwork, tinySource, valuesOf} from '../../support/tinyTraining';

beforeAll(() => useBackend('wasm'));

const trainerOf = () =>
  new Trainer({
    backbone: tinyNetwork(),
    objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
    optimizer: sgd(),
    learningRate: 0.05,
  });

/** Trains for a pass over batches 0, 1 and 2 and a part of another. */
async function trained(source: BatchesLike) {
  const trainer = trainerOf();
  await trainer.run(source, {steps: 2});
  await trainer.run(source, {steps: 5});
  return Object.values(valuesOf(trainer.backbone));
}

const same = () => [0, 1, 2].map(place => tinyBatch(6, place));

/** As a `tf.data.Dataset`: an iterator whose elements are fed to `fitDataset`. */
const dataset = {
  async iterator() {
    const rest = same();
    return {
      async next(): Promise<IteratorResult<unknown, unknown>> {
        const batch = rest.shift();
        if (batch === undefined) return {done: true, value: null};
        const ys = tf.tidy(() => tf.cast(tf.expandDims(batch.labels, 1), 'float32'));
        batch.labels.dispose();
        return {done: false, value: {xs: batch.images, ys}};
      },
    };
  },
};

it('trains alike on whatever gives the same batches', async () => {
  const source = {
    batchesPerEpoch: 3,
    async *epoch(_: number, from = 0) {
      for (let place = from; place < 3; place++) yield tinyBatch(6, place);
    },
  };
  const start = tf.memory().numTensors;
  const expected = await trained(source);
  const before = tf.memory().numTensors;
  const array = same();
  const arrayOfPairs = array.map(({images, labels}): [tf.Tensor, tf.Tensor] => [images, labels]);
  const sources: BatchesLike[] = [
    array,
    arrayOfPairs,
    same,
    function* () {
      yield* same();
    },
    async function* () {
      yield* same();
    },
    dataset,
  ];
  for (const source of sources) expect(await trained(source)).toEqual(expected);
  tf.dispose(array.map(({images, labels}) => [images, labels]));
  expect(tf.memory().numTensors - before).toBe(sources.length * (before - start));
});

it('says that an iterator gives its batches once', async () => {
  const once = same().values();
  await expect(trainerOf().run(once, {epochs: 2})).rejects.toThrow(
    'there are no batches in epoch 1. An iterator gives its batches once',
  );
});

it('says what batches have to be', async () => {
  expect(() => batchesOf(3 as never)).toThrow(
    'fit: source must be a BatchSource, a tf.data dataset, an array',
  );
  const run = (batch: unknown) => trainerOf().run([batch] as never, {epochs: 1});
  await expect(run({images: [1], labels: [2]})).rejects.toThrow('a batch must be {images, labels}');
  const {images, labels} = tinyBatch(6, 1);
  await expect(run({images, labels: tf.oneHot(labels, 3)})).rejects.toThrow(
    'One-hot labels become ids by labels.argMax(1)',
  );
});

it.each([0.5, Number.NaN, 1e300])('takes no label of %d', async wrong => {
  const trainer = trainerOf();
  await trainer.run(tinySource(1), {epochs: 1});
  const before = tf.memory().numTensors;
  const source = () => [[tinyBatch(2, 1).images, tf.tensor1d([1, wrong])] as [tf.Tensor, tf.Tensor]];
  await expect(trainer.run(source, {epochs: 2})).rejects.toThrow(
    `Trainer: labels[1] must be a whole number, but is ${Math.fround(wrong)}.`,
  );
  // The labels of the tiny batch, which the source drops.
  expect(tf.memory().numTensors).toBe(before + 1);
});

it('does not know how many steps there will be before a pass has been made, unless the source does', async () => {
  const of = async (source: BatchesLike) =>
    (await collect(trainerOf().fit(source, {epochs: 2}))).map(({steps}) => steps);
  expect(await of(tinySource(2))).toEqual([4, 4, 4, 4]);
  expect(await of(() => same().slice(0, 2))).toEqual([undefined, 4, 4, 4]);
});

it('asks for the next batch while one is used', async () => {
  const log: string[] = [];
  async function* batches() {
    for (const name of ['a', 'b']) {
      log.push(`make ${name}`);
      yield name;
    }
    log.push('end');
  }
  for await (const {item, isLast} of prefetchNext(batches(), () => undefined)) {
    log.push(`use ${item}`);
    await Promise.resolve();
    log.push(`${item} ${await isLast()}`);
  }
  expect(log).toEqual(['make a', 'make b', 'use a', 'a false', 'end', 'use b', 'b true']);
});
