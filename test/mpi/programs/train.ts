import * as tf from '@tensorflow/tfjs-core';
import {
  arcFace,
  type BackendName,
  centerLoss,
  compact,
  type EmbeddingLoss,
  type Objective,
  sgd,
  Trainer,
  useBackend,
} from 'face-margins';
import {type Collective, openCollective, sharded} from 'face-margins/distributed';
import {tell} from './tell';

/*
 * N ranks beside one process that accumulates N batches, with momentum, decay, clipping and a head that is divided or not. Tells the
 * largest difference of weights, and what the ranks themselves have.
 */
const [way = 'whole', backend = 'wasm'] = process.argv.slice(2) as [string?, BackendName?];
const collective = await openCollective();
await useBackend(backend);
const {rank, size} = collective;
const steps = 6;
const batches = Array.from({length: steps * size}, (_, i) => ({
  images: tf.randomNormal([4, 8, 8, 1], 0, 1, 'float32', i + 1) as tf.Tensor4D,
  labels: tf.tensor1d(
    [0, 1, 2, 3].map(label => (label + i) % 5),
    'int32',
  ),
}));
const ownBatches = batches.filter((_, i) => i % size === rank);

function trainerOf(together: Collective | undefined, accumulate: number) {
  // Only rank 0's network counts: the others' begin elsewhere.
  const seed = together === undefined ? 1 : 1 + rank;
  const backbone = compact({embeddingSize: 6, inputShape: [8, 8, 1], seed});
  const head = arcFace({classes: 5, scale: 8, margin: 0.2, learnScale: true, seed: 3});
  if (together && way.startsWith('divided')) sharded(head, {collective: together});
  const objective: Objective = [head, [0.05, centerLoss({classes: 5})] as [number, EmbeddingLoss]];
  const trainer = new Trainer({
    ...{backbone, objective, accumulate, clipNorm: 0.5},
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-3}),
    learningRate: together && way === 'options' ? 0.05 + rank : 0.05,
    ...(together && {collective: together}),
  });
  return {trainer, backbone, head};
}

const numbersOf = (weights: tf.Tensor[]) => weights.flatMap(weight => [...weight.dataSync()]);
const largest = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

const {trainer, backbone, head} = trainerOf(collective, 1);
if (way === 'nan' && rank === 1) {
  ownBatches[2].images = tf.fill([4, 8, 8, 1], Number.NaN);
}
const stop = new AbortController();
let mine: typeof ownBatches | (() => Iterable<(typeof ownBatches)[0]>) = ownBatches;
if (way === 'uneven' && rank === 1) mine = ownBatches.slice(0, 3);
if (way === 'none') mine = () => (rank === 1 ? [] : ownBatches);
if (way.endsWith('labels') && rank === 1) ownBatches[2].labels = tf.tensor1d([0, 1, 2, 9], 'int32');
if (way === 'read' && rank === 1) {
  mine = function* () {
    yield* ownBatches.slice(0, 2);
    throw new Error('there is no more of it');
  };
}
let error: string | undefined;
let report: unknown;
try {
  const run = trainer.fit(mine, {
    epochs: 1,
    signal: stop.signal,
    callbacks: {
      onReport: ({step}) => {
        const isIt = rank === 1 && step === 2;
        if (way === 'stop' && isIt) stop.abort();
        if (way === 'report' && isIt) throw new Error('the disk is full');
      },
    },
  });
  for await (const each of run) {
    report = each;
    if (way === 'break' && rank === 1 && each.step === 2) break;
  }
} catch (thrown) {
  error = (thrown as Error).message;
}
const own = numbersOf(backbone.getWeights());
let difference: Record<string, number> = {};
if (error === undefined && ['whole', 'divided'].includes(way)) {
  const one = trainerOf(undefined, size);
  const expected = await one.trainer.run(batches, {epochs: 1});
  const {first, count} = head.classRange;
  const rows = tf.slice(one.head.classWeights, [first], [count]);
  const {loss, gradientNorm} = report as NonNullable<typeof expected>;
  difference = {
    backbone: largest(
      numbersOf(backbone.trainableWeights.map(weight => weight.read())),
      numbersOf(one.backbone.trainableWeights.map(weight => weight.read())),
    ),
    head: largest(numbersOf([head.classWeights]), numbersOf([rows])),
    scale: largest(numbersOf([head.getWeights()[1]]), numbersOf([one.head.getWeights()[1]])),
    loss: Math.abs(loss - (expected?.loss ?? Number.NaN)),
    gradientNorm: Math.abs(gradientNorm / (expected?.gradientNorm ?? Number.NaN) - 1),
  };
}
tell(collective, {
  difference,
  error,
  step: trainer.position.step,
  sum: own.reduce((sum, value) => sum + value * value, 0),
});
await collective.close();
