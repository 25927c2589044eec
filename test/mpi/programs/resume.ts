import * as tf from '@tensorflow/tfjs-core';
import {initializers, layers, sequential} from '@tensorflow/tfjs-layers';
import {arcFace, linearRamp, sgd, Trainer, useBackend} from 'face-margins';
import {openCollective, shardBatches, sharded} from 'face-margins/distributed';
import {checkpointFolder, interruptSignal} from 'face-margins/node';
import {tell} from './tell';

/*
 * Trains on steps of 12 images, however many ranks share them, with a checkpoint after each step, and goes on from the one that is there.
 * Tells the loss of each step. Prints its process and each step, for whoever sends signals.
 */
const [folder, way, steps = '12'] = process.argv.slice(2);
const collective = await openCollective();
await useBackend('wasm');
const {rank, size} = collective;
const {signal, release} = interruptSignal({also: ['SIGUSR1']});
console.log(`rank ${rank} is process ${process.pid}`);

const [perPass, perStep] = [4, 12];
const imagesOf = (count: number) =>
  Array.from({length: (perPass * perStep) / count}, (_, i) => ({
    images: tf.slice(all, [i * count, 0, 0, 0], [count, 4, 4, 1]),
    labels: tf.tensor1d(
      Array.from({length: count}, (_, j) => ((i * count + j) * 7) % 50),
      'int32',
    ),
  }));
const all = tf.randomNormal([perPass * perStep, 4, 4, 1], 0, 1, 'float32', 3) as tf.Tensor4D;
const backbone = sequential({
  layers: [
    layers.flatten({inputShape: [4, 4, 1]}),
    layers.dense({units: 6, kernelInitializer: initializers.glorotNormal({seed: 2})}),
  ],
});

const head = arcFace({
  classes: 50,
  scale: 8,
  margin: linearRamp({to: 0.3, steps: 10}),
  learnScale: true,
  seed: 3,
});
if (way === 'divided') sharded(head, {collective});
if (way === 'sampled') sharded(head, {collective, sample: 0.3});
const trainer = new Trainer({
  ...{backbone, objective: head, clipNorm: 2},
  optimizer: sgd({momentum: 0.9, weightDecay: 1e-3}),
  learningRate: Number(process.env.FACE_MARGINS_RATE ?? 0.05),
  collective,
});
const checkpoints = checkpointFolder(folder, {keep: 2});
const isResumed = await trainer.resume(checkpoints);
const losses: Record<number, number> = {};
const wait = Number(process.env.FACE_MARGINS_WAIT ?? 0);
await trainer.run(shardBatches(imagesOf(perStep / size), collective), {
  ...{steps: Number(steps), checkpoints, checkpointEvery: 1, signal},
  callbacks: {
    onReport: async ({step, loss}) => {
      losses[step] = loss;
      console.log(`rank ${rank} took step ${step}`);
      await new Promise(resolve => setTimeout(resolve, wait));
    },
  },
});
tell(collective, {losses, isResumed, step: trainer.position.step});
release();
await collective.close();
