import * as tf from '@tensorflow/tfjs-core';
import {initializers, layers, sequential} from '@tensorflow/tfjs-layers';
import {arcFace, centerLoss, type Objective, sgd, Trainer, type TrainerConfig} from 'face-margins';
import {sharded} from 'face-margins/distributed';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import type {Collective} from '../../src/base/collective';
import {inRanks} from '../support/inRanks';

const size = 2;

/** The batches of all ranks, in the order in which one process would take them. */
const batchesOf = (steps: number) =>
  Array.from({length: steps * size}, (_, i) => ({
    images: tf.randomNormal([3, 2, 2, 1], 0, 1, 'float32', i + 1) as tf.Tensor4D,
    labels: tf.tensor1d([i % 5, (i + 2) % 5, (i + 3) % 5], 'int32'),
  }));
type Batches = ReturnType<typeof batchesOf>;

/** A network that costs next to nothing: ranks begin again once for every exchange of numbers. */
function tinyNetwork(seed: number) {
  const network = sequential();
  network.add(layers.flatten({inputShape: [2, 2, 1]}));
  network.add(layers.dense({name: 'embed', units: 3, kernelInitializer: initializers.glorotNormal({seed})}));
  return network;
}

function trainerOf(together: Collective | undefined, divided: boolean, config: Partial<TrainerConfig> = {}) {
  // Only rank 0's network counts: the others' begin elsewhere.
  const backbone = tinyNetwork(1 + (together?.rank ?? 0));
  const head = arcFace({classes: 5, scale: 8, margin: 0.2, learnScale: true, seed: 3});
  if (together && divided) sharded(head, {collective: together});
  const objective: Objective = [head, [0.05, centerLoss({classes: 5})]];
  const trainer = new Trainer({
    ...{backbone, objective, clipNorm: 0.5},
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-3}),
    learningRate: 0.05,
    // In a round in which a rank does not know yet what others send it may fail.
    onWarning: () => {},
    ...(together ? {collective: together} : {accumulate: size}),
    ...config,
  });
  return {trainer, backbone, head};
}

const numbersOf = (weights: readonly tf.Tensor[]) => weights.flatMap(weight => [...weight.dataSync()]);

interface Way {
  divided?: boolean;
  config?: (rank: number) => Partial<TrainerConfig>;
  /** The batches of a rank, in place of its own. */
  batches?: (rank: number, own: Batches) => Batches | (() => Batches);
}

/** What each rank has after a pass, or the error it ends with. */
async function trainedInRanks(batches: Batches, {divided = false, config, batches: given}: Way) {
  return inRanks(size, async collective => {
    const {rank} = collective;
    const own = batches.filter((_, i) => i % size === rank);
    const {trainer, backbone, head} = trainerOf(collective, divided, config?.(rank));
    const report = await trainer
      .run(given?.(rank, own) ?? own, {epochs: 1})
      .catch((error: unknown) => error as Error);
    const result = {
      report,
      step: trainer.position.step,
      backbone: numbersOf(backbone.getWeights()),
      head: head.built ? numbersOf([head.classWeights]) : [],
      classRange: head.classRange,
    };
    trainer.dispose();
    backbone.dispose();
    return result;
  });
}

const errorsOf = async (steps: number, way: Way) => {
  const batches = batchesOf(steps);
  const ranks = await trainedInRanks(batches, way);
  tf.dispose(batches);
  return ranks.map(({report, step}) => ({error: report instanceof Error ? report.message : undefined, step}));
};

function expectClose(found: number[], expected: number[], what: string) {
  expect(found, what).toHaveLength(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i] - value), `${what}[${i}]`).toBeLessThan(1e-6);
}

beforeAll(() => useBackend('cpu'));

describe('a training in two ranks', () => {
  it.each([
    ['whole', false],
    ['divided', true],
  ])('is that of one process which accumulates, with a head that is %s', async (_, divided) => {
    const batches = batchesOf(2);
    const one = trainerOf(undefined, false);
    const expected = await one.trainer.run(batches, {epochs: 1});
    const backbone = numbersOf(one.backbone.getWeights());
    const classes = numbersOf([one.head.classWeights]);
    const ranks = await trainedInRanks(batches, {divided});
    for (const found of ranks) {
      if (found.report instanceof Error) throw found.report;
      expect(found.step).toBe(2);
      expectClose(found.backbone, backbone, 'backbone');
      const {first, count} = found.classRange;
      expectClose(found.head, classes.slice(3 * first, 3 * (first + count)), 'classes');
      expect(found.report?.loss).toBeCloseTo(expected?.loss ?? Number.NaN, 5);
      const norms = [found.report, expected].map(report => report?.gradientNorm ?? Number.NaN);
      expect(norms[0] / norms[1]).toBeCloseTo(1, 5);
    }
    expect(ranks.map(({classRange}) => classRange.count)).toEqual(divided ? [2, 3] : [5, 5]);
    one.trainer.dispose();
    tf.dispose(batches);
  });

  it('ends a pass with the shortest', async () => {
    const found = await errorsOf(2, {batches: (rank, own) => own.slice(0, 2 - rank)});
    expect(found).toEqual(Array(2).fill({error: undefined, step: 1}));
  });

  it('refuses ranks with other options, with the difference', async () => {
    const found = await errorsOf(1, {config: rank => ({learningRate: 0.05 + rank})});
    const error =
      'fit: all ranks must train the same, but rank 1 differs from rank 0: learningRate is 1.05, not 0.05.';
    expect(found).toEqual(Array(2).fill({error, step: 0}));
  });

  it('tells the rank whose images are not finite, on every rank', async () => {
    const spoilt = tf.fill([3, 2, 2, 1], Number.NaN) as tf.Tensor4D;
    const found = await errorsOf(1, {
      batches: (rank, own) => (rank === 1 ? [{...own[0], images: spoilt}] : own),
    });
    for (const {error, step} of found) {
      expect(error).toContain('before step 1 (epoch 0) was taken: not finite in the images on rank 1.');
      expect(step).toBe(0);
    }
    spoilt.dispose();
  });

  it('names a rank that has no batches', async () => {
    for (const {error} of await errorsOf(1, {batches: (rank, own) => (rank === 1 ? () => [] : own)})) {
      expect(error).toBe('Trainer: every rank must have batches in epoch 0, but rank 1 has none.');
    }
  });
});
