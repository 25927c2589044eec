import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {expect} from 'vitest';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {type PyTorchNaming, pyTorchName} from '../../../src/backbones/weights/pyTorchName';
import {pyTorchParameters} from '../../../src/backbones/weights/pyTorchParameters';
import {expectClose} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {type GoldenNetwork, stateDictFile, summary, uniforms} from './parityFixture';

/** PyTorch's images, channels last. */
function images({shape}: GoldenNetwork): tf.Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.transpose(tf.tensor4d(uniforms('images', count), shape), [0, 2, 3, 1]);
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Compares what is left of a few tensors, each relative to its own norm. */
function expectSameSummaries(
  expected: Record<string, number[]>,
  actual: (name: string) => tf.Tensor,
  tolerance: number,
): void {
  const usual = median(Object.values(expected).map(([norm]) => norm));
  for (const [name, golden] of Object.entries(expected)) {
    const found = summary(name, actual(name).dataSync(), golden.length - 1);
    // A shift before a batch normalization has no effect: its gradient is 0 but for rounding.
    const scale = golden[0] > 1e-9 * usual ? golden[0] : usual;
    for (const [i, value] of golden.entries()) {
      expect(Math.abs(found[i] - value) / scale, `${name}, ${i}`).toBeLessThan(tolerance);
    }
  }
}

/** A network with the weights of a state dict makes what PyTorch makes: embeddings, gradients of all weights, running statistics. */
export async function expectParity(
  build: () => LayersModel,
  naming: PyTorchNaming,
  golden: GoldenNetwork,
): Promise<void> {
  const {
    embeddingSize,
    shape: [batch],
  } = golden;
  const network = withoutInitialValues(build);
  await importWeights(network, stateDictFile(golden));
  tf.tidy(() => {
    const x = images(golden);
    expectClose((network.predict(x) as tf.Tensor).dataSync(), golden.embeddings, 'embeddings', 1e-4);

    const direction = tf.tensor2d(uniforms('direction', batch * embeddingSize), [batch, embeddingSize]);
    let trained: tf.Tensor | undefined;
    const loss = () => {
      trained = tf.keep(network.apply(x, {training: true}) as tf.Tensor);
      return tf.sum(tf.mul(trained, direction)) as tf.Scalar;
    };
    const {grads} = tf.variableGrads(loss);
    expectClose((trained as tf.Tensor).dataSync(), golden.trainedEmbeddings, 'trained embeddings', 1e-3);
    trained?.dispose();

    const parameters = new Map(
      pyTorchParameters('test', network).map(parameter => [pyTorchName(naming, parameter.name), parameter]),
    );
    const trainable = [...parameters].filter(([, {variable}]) => variable.trainable);
    expect(new Set(trainable.map(([trained]) => trained))).toEqual(new Set(Object.keys(golden.gradients)));
    const inPyTorch = (which: string, of: (variable: tf.Variable) => tf.Tensor) => {
      const parameter = parameters.get(which);
      if (parameter === undefined) throw new Error(`There is no ${which}.`);
      return parameter.toPyTorch(of(parameter.variable.read() as tf.Variable));
    };
    expectSameSummaries(golden.gradients, which => inPyTorch(which, ({name}) => grads[name]), 1e-3);
    expectSameSummaries(golden.runningStatistics, which => inPyTorch(which, variable => variable), 1e-3);
  });
  network.dispose();
}
