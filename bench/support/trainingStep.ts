import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {BackendName} from '../../src/backend/useBackend';
import {weightsOfModel} from '../../src/train/checkpoints/namedWeight';
import {sgd} from '../../src/train/optimizers/sgd';
import {Updater} from '../../src/train/optimizers/updater';
import {benchCase, type Case} from '../harness';

interface Options {
  name: string;
  backend: BackendName;
  network(): LayersModel | Promise<LayersModel>;
  batch: number;
}

function imagesFor(network: LayersModel, batch: number): tf.Tensor {
  return tf.randomNormal([batch, ...(network.inputs[0].shape.slice(1) as number[])], 0, 1, 'float32', 1);
}

/** The forward pass alone, as a program that only embeds runs it. */
export function forwardCase({name, backend, network, batch}: Options): Case {
  return benchCase({
    name: `${backend} ${name} forward`,
    backend,
    work: {amount: batch, unit: 'img'},
    setup: async () => {
      const embed = await network();
      return {embed, images: imagesFor(embed, batch)};
    },
    run: async ({embed, images}) => {
      const embeddings = embed.predict(images) as tf.Tensor;
      await embeddings.data();
      embeddings.dispose();
    },
    dispose: ({embed, images}) => {
      images.dispose();
      embed.dispose();
    },
  });
}

/** Forward, backward and the momentum update of `Trainer`, with softmax cross-entropy of ten classes on top. */
export function stepCase({name, backend, network, batch}: Options): Case {
  return benchCase({
    name: `${backend} ${name} step`,
    backend,
    memory: true,
    work: {amount: batch, unit: 'img'},
    setup: async () => {
      const embed = await network();
      const logits = layers.dense({units: 10, useBias: false}).apply(embed.outputs[0]) as SymbolicTensor;
      const classifier = model({inputs: embed.inputs, outputs: logits});
      const labels = tf.oneHot(
        Array.from({length: batch}, (_, i) => i % 10),
        10,
      );
      const parameters = weightsOfModel(classifier, 'classifier')
        .filter(({weight}) => classifier.trainableWeights.includes(weight))
        .map(named => ({...named, learningRate: 1, part: 'backbone' as const}));
      const updater = new Updater(sgd({momentum: 0.9}), parameters);
      const variables = parameters.map(({weight}) => weight.read() as tf.Variable);
      return {classifier, labels, updater, variables, images: imagesFor(embed, batch)};
    },
    run: async ({classifier, labels, updater, variables, images}) => {
      const logits = () => classifier.apply(images, {training: true}) as tf.Tensor;
      const loss = () => tf.losses.softmaxCrossEntropy(labels, logits()) as tf.Scalar;
      const {value, grads} = tf.variableGrads(loss, variables);
      updater.apply(grads, {learningRate: 1e-3, step: 1, scale: () => 1});
      await value.data();
      value.dispose();
    },
    dispose: ({classifier, labels, updater, images}) => {
      tf.dispose([labels, images]);
      updater.dispose();
      classifier.dispose();
    },
  });
}
