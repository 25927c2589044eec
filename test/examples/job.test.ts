import {rm} from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import {compact, type SigmoidHead, TrainingDivergedError, useBackend} from 'face-margins';
import {type Mnist, mnist} from 'face-margins/node';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {batch, shuffledBatches} from '../../examples/mnist-2d/batches';
import {heads} from '../../examples/mnist-2d/heads';
import {type Job, runJob} from '../../examples/mnist-2d/job';
import {firstNorm, fitHead} from '../../examples/mnist-2d/warmStart';
import {tinyMnist} from '../support/tinyMnist';

let folder: string;
let data: Mnist;
beforeAll(async () => {
  folder = await tinyMnist({train: 100, test: 40});
  data = await mnist({folder});
  await useBackend('wasm');
});
afterAll(() => rm(folder, {recursive: true}));

describe('shuffledBatches', () => {
  const labelsOf = (seed: number, count: number) => {
    const batches = shuffledBatches(data.train, 100, 50, seed);
    return Array.from({length: count}, () => {
      const {images, labels} = batches.next().value;
      tf.dispose(images);
      return [...labels.dataSync()];
    });
  };

  it('takes every image once a pass, in another order on the next', () => {
    const [first, second, third, fourth] = labelsOf(1, 4);
    const digits = Array.from({length: 100}, (_, i) => Math.floor(i / 10));
    expect([...first, ...second].sort()).toEqual(digits);
    expect([...third, ...fourth].sort()).toEqual(digits);
    expect(third).not.toEqual(first);
  });

  it('gives one series for one seed', () => {
    expect(labelsOf(3, 3)).toEqual(labelsOf(3, 3));
    expect(labelsOf(3, 3)).not.toEqual(labelsOf(4, 3));
  });
});

describe('batch', () => {
  it('scales images to mean 0 and deviation 1 over MNIST, and keeps labels beside them', () => {
    const {images, labels} = batch(data.train, [7, 0]);
    expect(images.shape).toEqual([2, 28, 28, 1]);
    expect([...labels.dataSync()]).toEqual([7, 0]);
    expect(images.dataSync()[0]).toBeCloseTo(-0.4242, 4);
    expect(tf.max(images).dataSync()[0]).toBeCloseTo(2.8215, 4);
  });
});

describe('runJob', () => {
  const job: Omit<Job, 'folder'> = {
    head: 'softmax',
    network: 'compact',
    backend: 'wasm',
    threads: 1,
    seed: 1,
    examples: 100,
    batchSize: 20,
    schedule: {steps: 45, learningRate: 0.01},
  };
  const run = (details: Partial<Job> = {}) => runJob({...job, folder, ...details}, () => undefined);

  it('learns, and embeds every test image', async () => {
    const {accuracy, embeddings, loss} = await run();
    expect(loss).toHaveLength(3);
    expect(loss[2]).toBeLessThan(loss[0] / 2);
    expect(accuracy).toBeGreaterThan(0.3);
    expect(embeddings).toHaveLength(80);
  });

  it('gives one outcome for one seed, on any number of threads', async () => {
    const [first, again, other] = [await run(), await run({threads: 2}), await run({seed: 2})];
    expect(again.embeddings).toEqual(first.embeddings);
    expect(again.loss).toEqual(first.loss);
    expect(other.embeddings).not.toEqual(first.embeddings);
  });

  it('keeps no tensors of the steps behind it', async () => {
    const counts: number[] = [];
    await runJob({...job, folder, schedule: {steps: 80, learningRate: 0.01}}, () =>
      counts.push(tf.memory().numTensors),
    );
    expect(new Set(counts).size).toBe(1);
  });

  it('goes on from given weights under the same head, and fits another head to them', async () => {
    const {weights} = await run();
    const still = {steps: 1, learningRate: 0};
    const on = await run({start: weights, schedule: still});
    expect(on.weights).toEqual(weights);

    const {weights: fitted, embeddings} = await run({head: 'arcface', start: weights, schedule: still});
    for (let j = 0; j < 10; j++) {
      expect(Math.hypot(fitted.classWeights[2 * j], fitted.classWeights[2 * j + 1])).toBeCloseTo(1, 5);
    }
    let norms = 0;
    for (let i = 0; i < 40; i++) {
      norms += Math.hypot(embeddings[2 * i], embeddings[2 * i + 1]) / 40;
    }
    expect(norms).toBeCloseTo(firstNorm, -0.5);
  });

  it('starts a threshold that a head learns where the table of heads says', async () => {
    const {weights} = await run();
    const network = compact({embeddingSize: 2, seed: 1});
    tf.tidy(() =>
      network.setWeights(network.getWeights().map(({shape}, i) => tf.tensor(weights.network[i], shape))),
    );
    for (const name of ['uniface', 'sphereface2']) {
      const head = heads[name].make(1) as SigmoidHead;
      head.build([null, 2]);
      fitHead(network, head, data.train, heads[name].threshold);
      expect(head.threshold.dataSync()[0], name).toBeCloseTo(heads[name].threshold as number, 5);
      // Between an embedding of one's own digit and one of the nearest other, 36° away.
      const threshold = await head.verificationThreshold();
      expect(threshold, name).toBeGreaterThan(Math.cos(Math.PI / 5));
      expect(threshold, name).toBeLessThan(1);
    }
  });

  it('starts every head from what the warm-up has learned', async () => {
    const {weights, accuracy: warm} = await run({schedule: {steps: 150, learningRate: 0.01}});
    expect(warm).toBe(1);
    const schedule = {steps: 3, learningRate: 1e-5};
    for (const head of Object.keys(heads)) {
      const {accuracy, loss, weights: after} = await run({head, start: weights, schedule});
      expect(accuracy, head).toBeGreaterThanOrEqual(0.9);
      expect([...after.classWeights, ...loss].every(Number.isFinite), head).toBe(true);
      expect(after.network[0], head).not.toEqual(weights.network[0]);
    }
  });

  it('says so when the loss is not a number any more', async () => {
    await expect(run({schedule: {steps: 45, learningRate: 1e30}})).rejects.toThrow(TrainingDivergedError);
  });
});
