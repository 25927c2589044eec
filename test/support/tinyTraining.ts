import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayersModel, layers, sequential} from '@tensorflow/tfjs-layers';
import {batchNormLayer, type CheckpointStore, type StepReport, type TrainingState} from 'face-margins';
import type {Batch, BatchSource} from 'face-margins/data';
import {seededRandom} from '../../src/base/random';

/** Images of noise, in each of which the class is a bright pixel. */
export function tinyBatch(size: number, seed: number, classes = 3): Batch {
  const random = seededRandom(seed);
  const labels = Int32Array.from({length: size}, (_, i) => i % classes);
  const images = Float32Array.from({length: size * 36}, (_, i) => {
    const bright = i % 36 === 7 * (1 + labels[Math.floor(i / 36)]);
    return random() - 0.5 + (bright ? 2 : 0);
  });
  return {images: tf.tensor4d(images, [size, 6, 6, 1]), labels: tf.tensor1d(labels, 'int32')};
}

/** Passes of so many batches, each made from its pass and place. */
export const tinySource = (batchesPerEpoch: number, size = 6): BatchSource => ({
  batchesPerEpoch,
  async *epoch(index, from = 0) {
    for (let place = from; place < batchesPerEpoch; place++) yield tinyBatch(size, 100 * index + place);
  },
});

/** A network of the layers `conv`, perhaps `norm`, perhaps `drop`, and `embed`. */
export function tinyNetwork({norm = false, drop = false, size = 4, seed = 1} = {}): LayersModel {
  const kernel = (offset: number) => initializers.glorotNormal({seed: seed + offset});
  const network = sequential();
  const inputShape = [6, 6, 1];
  network.add(
    layers.conv2d({name: 'conv', inputShape, filters: 4, kernelSize: 3, kernelInitializer: kernel(0)}),
  );
  if (norm) network.add(batchNormLayer({name: 'norm'}));
  network.add(layers.reLU());
  if (drop) network.add(layers.dropout({name: 'drop', rate: 0.5}));
  network.add(layers.flatten());
  network.add(layers.dense({name: 'embed', units: size, kernelInitializer: kernel(100)}));
  return network;
}

export async function collect(reports: AsyncIterable<StepReport>): Promise<StepReport[]> {
  const all: StepReport[] = [];
  for await (const report of reports) all.push(report);
  return all;
}

/** The values of every weight of a network, by name. */
export const valuesOf = (network: LayersModel): Record<string, number[]> =>
  Object.fromEntries(network.weights.map(weight => [weight.originalName, [...weight.read().dataSync()]]));

/** Checkpoints in memory, all of them. */
export class MemoryStore implements CheckpointStore {
  readonly states: TrainingState[] = [];

  async save(state: TrainingState): Promise<void> {
    this.states.push(structuredClone(state));
  }

  async load(): Promise<TrainingState | undefined> {
    return this.states[this.states.length - 1];
  }
}
