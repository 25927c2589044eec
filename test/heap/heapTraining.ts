import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayersModel, layers, sequential} from '@tensorflow/tfjs-layers';
import {
  arcFace,
  batchNormLayer,
  centerLoss,
  preluLayer,
  sgd,
  Trainer,
  type TrainingState,
} from 'face-margins';
import type {BatchSource} from 'face-margins/data';
import {seededRandom} from '../../src/base/random';

const size = 32;
const classes = 6;

/** How many steps the training takes. */
export const steps = 24;

function batch(seed: number) {
  const random = seededRandom(seed);
  const labels = Int32Array.from({length: 12}, (_, i) => i % classes);
  const images = Float32Array.from({length: 12 * size * size}, (_, i) => {
    const isBright = i % (size * size) === 140 * (1 + labels[Math.floor(i / (size * size))]);
    return random() - 0.5 + (isBright ? 2 : 0);
  });
  return {images: tf.tensor4d(images, [12, size, size, 1]), labels: tf.tensor1d(labels, 'int32')};
}

/** Passes of six batches. */
export const source: BatchSource = {
  batchesPerEpoch: 6,
  async *epoch(index, from = 0) {
    for (let place = from; place < 6; place++) yield batch(100 * index + place);
  },
};

/** Convolutions, batch norm, PReLU and a dense layer, 560,000 weights. */
function network(): LayersModel {
  const kernel = (seed: number) => initializers.glorotNormal({seed});
  const model = sequential();
  model.add(
    layers.conv2d({
      name: 'conv',
      inputShape: [size, size, 1],
      filters: 32,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      kernelInitializer: kernel(1),
    }),
  );
  model.add(batchNormLayer({name: 'norm'}));
  model.add(preluLayer({name: 'prelu', sharedAxes: [1, 2]}));
  model.add(
    layers.depthwiseConv2d({
      name: 'depthwise',
      kernelSize: 3,
      padding: 'same',
      depthwiseInitializer: kernel(2),
    }),
  );
  model.add(
    layers.conv2d({name: 'wide', filters: 64, kernelSize: 3, padding: 'same', kernelInitializer: kernel(3)}),
  );
  model.add(layers.maxPooling2d({poolSize: 4}));
  model.add(layers.reLU());
  model.add(layers.flatten());
  model.add(layers.dense({name: 'embed', units: 512, kernelInitializer: kernel(4)}));
  return model;
}

/** A trainer of that network, and its loss on a batch that is in no pass, for any of its states. */
export function heapTrainer() {
  const backbone = network();
  const head = arcFace({classes, scale: 16, margin: 0.2, seed: 5});
  const objective = [head, [0.01, centerLoss({classes})]] as const;
  const trainer = new Trainer({
    backbone,
    objective: [...objective] as never,
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
    learningRate: 0.01,
  });
  const lossOf = (state: TrainingState): number => {
    trainer.restore(state);
    return tf.tidy(() => {
      const {images, labels} = batch(-1);
      const embeddings = backbone.predict(images) as tf.Tensor2D;
      return tf.mean(head.loss(embeddings, labels, {training: false})).dataSync()[0];
    });
  };
  const validate = () =>
    tf.tidy(() => ({norm: tf.norm(backbone.predict(batch(-2).images) as tf.Tensor).dataSync()[0]}));
  return {trainer, lossOf, validate};
}
