import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {importWeightsFile} from '../../../src/backbones/weights/weightsFile';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {useBackend} from '../../../src/backend/useBackend';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {describeOnBackends} from '../../support/backends';
import {expectClose} from '../../support/kernelCheck';
import {expectSameWeights, filled, weightBytes} from './filled';
import {tinyEmbeddings, tinyFile, tinyImages, tinyNetwork, tinyPath} from './tinyNetwork';

const embed = (network: LayersModel) =>
  tf.tidy(() => (network.predict(tinyImages()) as tf.Tensor).dataSync());

async function mismatchOf(network: LayersModel, file: string): Promise<WeightsMismatchError> {
  const before = weightBytes(network);
  const error = await importWeights(network, tinyFile(file), {name: file}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WeightsMismatchError);
  expectSameWeights(network, before);
  return error as WeightsMismatchError;
}

describeOnBackends('a network as PyTorch exports it', () => {
  it.each(['tiny.safetensors', 'tiny-folded.onnx', 'tiny-plain.onnx', 'tiny-normalized.onnx'])(
    '%s gives the same embeddings',
    async file => {
      const network = filled(tinyNetwork);
      const tensors = tf.memory().numTensors;
      // One network has ε 1e-3 in one place; its state dict does not say so.
      const own = file === 'tiny.safetensors' ? epsilonOf(network, 'bn2', 1e-3) : network;
      await importWeights(own, tinyFile(file), {name: file});
      expect(tf.memory().numTensors).toBe(tensors);
      expectClose(embed(own), tinyEmbeddings, 'embeddings', 1e-4);
      network.dispose();
    },
  );
});

it('a network as PyTorch exports it by its newer exporter, its weights in a second file, gives the same embeddings', async () => {
  await useBackend('cpu');
  const network = filled(tinyNetwork);
  await importWeightsFile(network, fileURLToPath(tinyPath('tiny-dynamo.onnx')));
  expectClose(embed(network), tinyEmbeddings, 'embeddings', 1e-4);
});

function epsilonOf(network: LayersModel, layer: string, epsilon: number): LayersModel {
  Object.assign(network.getLayer(layer), {epsilon});
  return network;
}

describe('a graph that is another', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it('in its last layers is told by those', async () => {
    const error = await mismatchOf(
      filled(() => tinyNetwork({embeddingSize: 5})),
      'tiny-plain.onnx',
    );
    expect(error.missing).toEqual([]);
    expect(error.surplus).toEqual([]);
    expect(error.misshapen.map(({name, expected, found}) => [name, expected, found])).toEqual([
      ['fc2.weight', '[5, 8]', '[4, 8]'],
      ['fc2.bias', '[5]', '[4]'],
      ...['weight', 'bias', 'running_mean', 'running_var'].map(name => [`features.${name}`, '[5]', '[4]']),
    ]);
  });

  it('in a stride alone does not fit', async () => {
    const network = filled(() => tinyNetwork({stride: 1}));
    const {misshapen} = await mismatchOf(network, 'tiny-folded.onnx');
    expect(misshapen[0]).toEqual({
      name: 'conv2.weight',
      expected: '[16, 1, 3, 3], stride 1, 1, padding 1, 1, 1, 1',
      found: '[16, 1, 3, 3], stride 2, 2, padding 1, 1, 1, 1',
    });
    expect(misshapen.map(({name}) => name)).toEqual(['conv2.weight', 'downsample.0.weight', 'fc.weight']);
  });

  it('in an operation without weights does not fit, and what differs is told', async () => {
    const {missing, surplus} = await mismatchOf(
      filled(() => tinyNetwork({se: false})),
      'tiny-folded.onnx',
    );
    expect(missing).toEqual([]);
    expect(surplus.filter(name => name.startsWith('network.') || !name.startsWith('operation'))).toEqual([
      'se.fc1.weight [1, 16, 1, 1]',
      'se.fc1.bias [1]',
      expect.stringMatching(/^onnx::PRelu_\d+ \[1, 1, 1\]$/),
      'se.fc2.weight [16, 1, 1, 1]',
      'se.fc2.bias [16]',
    ]);
    expect(surplus).toContainEqual(expect.stringMatching(/^operation sigmoid \(.*Sigmoid\)$/));
  });

  it('is nothing for a head', async () => {
    const head = arcFace({classes: 3});
    tf.dispose(head.apply(tf.zeros([1, 4])) as tf.Tensor);
    await expect(importWeights(head, tinyFile('tiny-folded.onnx'))).rejects.toThrow(
      /owner must be a network for an ONNX file, .* but .* is a layer/,
    );
  });
});
