import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {irResNet} from '../../../src/backbones/irResNet';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {type PyTorchNaming, pyTorchName} from '../../../src/backbones/weights/pyTorchName';
import {pyTorchParameters} from '../../../src/backbones/weights/pyTorchParameters';
import {useBackend} from '../../../src/backend/useBackend';
import {backends} from '../../support/backends';
import {expectClose} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {parity, stateDictFile, summary, uniforms} from './parityFixture';

const {
  embeddingSize,
  shape: [batch, channels, height, width],
} = parity;
const size = {embeddingSize, inputShape: [height, width, channels] as [number, number, number]};

const networks: [string, () => LayersModel, PyTorchNaming][] = [
  ['iresnet18', () => irResNet({depth: 18, ...size}), 'insightface'],
  ['iresnet50, squeeze-and-excitation', () => irResNet({depth: 50, se: true, ...size}), 'insightface'],
  ['mbf', () => mobileFaceNet({variant: 'insightface', ...size}), 'insightface'],
  ['MobileFaceNet, TreB1eN', () => mobileFaceNet(size), 'treb1en'],
];

/** PyTorch's images, channels last. */
const images = () =>
  tf.transpose(
    tf.tensor4d(uniforms('images', batch * channels * height * width), parity.shape),
    [0, 2, 3, 1],
  );

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

// These networks take the cpu backend seconds for every image.
describe.each(backends.filter(backend => backend !== 'cpu'))('as PyTorch, on %s', backend => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(networks)('%s: embeddings, gradients and running statistics', async (name, build, naming) => {
    const golden = parity.networks[name];
    const network = withoutInitialValues(build);
    await importWeights(network, stateDictFile(golden));
    tf.tidy(() => {
      const x = images();
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
  });
});
