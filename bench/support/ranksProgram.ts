import {existsSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {initializers, type LayersModel, layers, sequential} from '@tensorflow/tfjs-layers';
import {arcFace, mobileFaceNet, sgd, Trainer, useBackend} from 'face-margins';
import {openCollective, sharded} from 'face-margins/distributed';
import type {OwnMeasurement} from '../harness';
import {peakMegabytes} from './apart';
import type {RanksQuestion} from './ranksPeer';

/*
 * Trains some steps whenever the next file of a folder is there, 0, 1 and so on, until one is called end. On one thread, alone or with the
 * other processes that mpirun started. Answers with the time of a step and the memory that this process has come to need for it.
 */
const [, , folder, question] = process.argv;
const {network, classes, sample, batch, steps} = JSON.parse(question) as RanksQuestion;
const collective = await openCollective();
await useBackend('wasm', {threads: 1});
const {rank} = collective;
const before = peakMegabytes();

const networks: Record<RanksQuestion['network'], () => LayersModel> = {
  mobileFaceNet: () => mobileFaceNet({embeddingSize: 512, seed: 1}),
  // A head's step, and little besides.
  linear: () =>
    sequential({
      layers: [
        layers.flatten({inputShape: [8, 8, 1]}),
        layers.dense({units: 512, useBias: false, kernelInitializer: initializers.glorotNormal({seed: 1})}),
      ],
    }),
};
const backbone = networks[network]();
const head = arcFace({classes});
const trainer = new Trainer({
  backbone,
  objective: sharded(head, {collective, ...(sample !== undefined && {sample})}),
  optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
  learningRate: 0.01,
  collective,
});
const shape = backbone.inputs[0].shape.slice(1) as [number, number, number];
const batches = Array.from({length: steps}, (_, i) => ({
  images: tf.randomNormal([batch, ...shape], 0, 1, 'float32', 1 + rank + i * collective.size) as tf.Tensor4D,
  labels: tf.randomUniform([batch], 0, classes, 'int32', 2 + rank + i * collective.size) as tf.Tensor1D,
}));

/** Waits without using a core, as MPI would not. */
async function isAsked(turn: number): Promise<boolean> {
  for (;;) {
    if (existsSync(`${folder}/${turn}`)) return true;
    if (existsSync(`${folder}/end`)) return false;
    await setTimeout(20);
  }
}

for (let turn = 0; await isAsked(turn); turn++) {
  collective.barrier();
  const start = performance.now();
  await trainer.run(batches, {steps: trainer.position.step + steps, reportEvery: steps});
  collective.barrier();
  const milliseconds = (performance.now() - start) / steps;
  if (rank > 0) continue;
  console.log(
    JSON.stringify({milliseconds, peakMegabytes: peakMegabytes() - before} satisfies OwnMeasurement),
  );
}
await collective.close();
