import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {forInference} from '../../../src/backbones/inference/forInference';
import {irResNet} from '../../../src/backbones/irResNet';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {pyTorchParameters} from '../../../src/backbones/weights/pyTorchParameters';
import {useBackend} from '../../../src/backend/useBackend';
import {backends} from '../../support/backends';
import {expectClose} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {type Golden, parity, stateDictFile, summary, uniforms} from './parityFixture';

const fixture = new URL('../../fixtures/backbones/named.json.gz', import.meta.url);
type Named = Pick<Golden, 'tensors' | 'embeddings' | 'trainedEmbeddings'> & {firstGradient: number[]};
/** What `make_named.py` wrote. */
const goldens: Record<string, Named> = JSON.parse(gunzipSync(readFileSync(fixture)).toString('utf8'));

const {embeddingSize, shape} = parity;
const [batch, channels, height, width] = shape;
const size = {embeddingSize, inputShape: [height, width, channels] as [number, number, number]};
const body = {depth: 18, shortcut: 'pooling', ...size} as const;

/** Whether training is the same too: a network without a layer gets one that changes nothing until it is trained. */
const networks: [name: string, build: () => LayersModel, trains: boolean][] = [
  ['TFace, AdaFace, CVLFace', () => irResNet(body), true],
  ['TFace, squeeze-and-excitation', () => irResNet({se: true, ...body}), true],
  ['TreB1eN, face.evoLVe', () => irResNet(body), false],
  ['TreB1eN, squeeze-and-excitation', () => irResNet({se: true, ...body}), false],
  ['mbf with blocks', () => mobileFaceNet({blocks: [2, 1, 3, 1], ...size}), true],
];

const images = () =>
  tf.transpose(tf.tensor4d(uniforms('images', batch * channels * height * width), shape), [0, 2, 3, 1]);

// These networks take the cpu backend seconds for every image.
describe.each(backends.filter(backend => backend !== 'cpu'))('a file of PyTorch, on %s', backend => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(networks)('of %s gives the embeddings that PyTorch gives', async (name, build, trains) => {
    const golden = goldens[name];
    const network = withoutInitialValues(build);
    const tensors = tf.memory().numTensors;
    await importWeights(network, stateDictFile(golden));
    expect(tf.memory().numTensors).toBe(tensors);
    const deployed = forInference(network);
    tf.tidy(() => {
      const x = images();
      for (const each of [network, deployed]) {
        expectClose((each.predict(x) as tf.Tensor).dataSync(), golden.embeddings, 'embeddings', 1e-4);
      }
      if (!trains) return;
      const direction = tf.tensor2d(uniforms('direction', batch * embeddingSize), [batch, embeddingSize]);
      let trained: tf.Tensor | undefined;
      const {grads} = tf.variableGrads(() => {
        trained = tf.keep(network.apply(x, {training: true}) as tf.Tensor);
        return tf.sum(tf.mul(trained, direction)) as tf.Scalar;
      });
      expectClose((trained as tf.Tensor).dataSync(), golden.trainedEmbeddings, 'trained embeddings', 1e-3);
      trained?.dispose();
      // What reaches the first layer has come through every shortcut.
      const [{variable, toPyTorch}] = pyTorchParameters('test', network);
      const gradient = toPyTorch(grads[(variable.read() as tf.Variable).name]);
      const [first] = golden.tensors[0];
      const found = summary(first, gradient.dataSync(), golden.firstGradient.length - 1);
      const [norm] = golden.firstGradient;
      expectClose(
        Float32Array.from(found, value => value / norm),
        golden.firstGradient.map(value => value / norm),
        'gradient',
        1e-3,
      );
    });
    network.dispose();
    deployed.dispose();
  });
});
