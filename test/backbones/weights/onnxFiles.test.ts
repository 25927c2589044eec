const plain: Normalization = {mean: 0, deviation: 1};

import {cp, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {hardSwish} from '../../../src/backbones/layers/hardSwish';
import {networkBlocks} from '../../../src/backbones/layers/networkBlocks';
import {normalizationOf} from '../../../src/backbones/normalizationOf';
import {type ImportWeightsOptions, importWeights} from '../../../src/backbones/weights/importWeights';
import {importWeightsFile} from '../../../src/backbones/weights/weightsFile';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {useBackend} from '../../../src/backend/useBackend';
import type {Normalization} from '../../../src/base/normalization';
import {imageTensors} from '../../../src/data/images/imageTensors';
import {arrayImages} from '../../../src/data/sources/arrayImages';
import {DataFormatError} from '../../../src/formats/dataFormatError';
import {expectClose} from '../../support/kernelCheck';
import {type OnnxCase, onnxCaseNetwork, onnxCases, pointwiseNetwork} from './onnxCases';

const {images} = arrayImages({
  images: Uint8Array.from(onnxCases.pixels),
  labels: [0, 1],
  shape: [2, 2, 2, 3],
});

/** What a network makes of the images, normalized as it says. */
async function outputs(network: LayersModel, normalize: Normalization = plain): Promise<Float32Array> {
  const all: number[] = [];
  for await (const batch of imageTensors(images, {normalize})) {
    all.push(...tf.tidy(() => (network.predict(batch) as tf.Tensor).dataSync()));
    batch.dispose();
  }
  return Float32Array.from(all);
}

const refused = (name: string) => onnxCases.refused.find(each => each.name === name)?.file as Uint8Array;

async function refusalOf(file: Uint8Array, options: ImportWeightsOptions = {}): Promise<Error> {
  const network = onnxCaseNetwork();
  const before = network.getWeights()[0].dataSync();
  const error = await importWeights(network, file, {name: 'net.onnx', ...options}).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(network.getWeights()[0].dataSync()).toEqual(before);
  return error as Error;
}

beforeAll(async () => {
  await useBackend('cpu');
});

describe('an ONNX file that normalizes pixels', () => {
  it.each(onnxCases.preprocessing)('by $name: states how', async ({file, normalize, values}) => {
    const network = onnxCaseNetwork();
    const tensors = tf.memory().numTensors;
    const stated = await importWeights(network, file);
    expect(stated.normalize).toEqual(normalize);
    expect(normalizationOf(network)).toEqual(normalize);
    expectClose(await outputs(network, normalize), values, 'outputs', 1e-4);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each([
    ['a mean image', 'm [3, 2, 2]'],
    ['a negative factor', 'operation Mul of a constant (Mul_z)'],
    ['a factor of zero', 'operation Mul of a constant (Mul_z)'],
    ['a constant less the image', 'operation Sub of a constant (Sub_z)'],
    ['rows reversed', 'operation Gather (Gather_z)'],
    ['channels exchanged otherwise', 'operation Gather (Gather_z)'],
  ])('as no network here does, by %s: is refused, and what does it is named', async (name, surplus) => {
    const error = (await refusalOf(refused(name))) as WeightsMismatchError;
    expect(error).toBeInstanceOf(WeightsMismatchError);
    expect({...error}).toMatchObject({missing: [], surplus: [surplus], misshapen: []});
  });

  it.each([
    'a number for each column',
    'rows and columns exchanged',
    'images reversed',
    'the image twice, once normalized',
  ])('along other axes than channels, or twice, by %s: says so', async name => {
    expect((await refusalOf(refused(name))).message).toBe(
      'net.onnx prepares its images in several ways, or along other axes than channels, which no network here does.',
    );
  });

  it('for channels that the network does not have is refused', async () => {
    const {file} = onnxCases.preprocessing.find(({name}) => name.includes('shape [3, 1, 1]')) as OnnxCase;
    const gray = pointwiseNetwork([2, 2, 1], 9);
    await expect(importWeights(gray, file)).rejects.toThrow(WeightsMismatchError);
    expect(normalizationOf(gray)).toBeUndefined();
  });
});

describe('an ONNX file with what is no weight', () => {
  it.each(onnxCases.leftovers)('$name: is taken', async ({file, values}) => {
    const network = onnxCaseNetwork();
    expect(await importWeights(network, file)).toEqual({normalize: undefined});
    expectClose(await outputs(network), values, 'outputs', 1e-4);
  });
});

describe('an ONNX file with ReLU6', () => {
  it.each(onnxCases.clip)('$name: goes into a network that has it', async ({file, values}) => {
    for (const activation of [layers.reLU({maxValue: 6}), layers.activation({activation: 'relu6'})]) {
      const last = layers.dense({units: 3, useBias: false});
      const network = onnxCaseNetwork(activation, last);
      await importWeights(network, file);
      expectClose(await outputs(network), values, 'outputs', 1e-4);
    }
  });

  it.each(onnxCases.clip)('$name: is answered in one sentence otherwise', async ({file}) => {
    expect((await refusalOf(file)).message).toBe(
      'net.onnx is of a network with ReLU6 (Clip from 0 to 6), which small has nowhere: ' +
        'give a network that has layers.reLU({maxValue: 6}) where the file has Clip.',
    );
  });
});

describe("an ONNX file with MobileNetV3's hard swish", () => {
  const slope = 'HardSigmoid of the usual slope';
  const activation = {
    apply: (values: SymbolicTensor) => hardSwish(networkBlocks('small', {}, 1), values, 'swish'),
  };
  const network = () => onnxCaseNetwork(activation, layers.dense({units: 3, useBias: false}));

  it.each(onnxCases.hard.filter(({name}) => name !== slope))(
    '$name: goes into a network that has it',
    async ({file, values}) => {
      const into = network();
      await importWeights(into, file);
      expectClose(await outputs(into), values, 'outputs', 1e-4);
    },
  );

  it('another slope is no part of one', async () => {
    const {file} = onnxCases.hard.find(({name}) => name === slope) as OnnxCase;
    const error = await importWeights(network(), file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WeightsMismatchError);
    expect((error as WeightsMismatchError).surplus).toEqual(['operation HardSigmoid (HardSigmoid_r)']);
  });
});

describe('an ONNX file whose weights lie beside it', () => {
  const {external} = onnxCases;
  const {data} = external;
  let parent: string;
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'onnx-'));
  });
  afterAll(() => rm(parent, {recursive: true}));

  async function saved(folder: string, files: Record<string, Uint8Array>): Promise<string> {
    const path = join(parent, folder);
    await mkdir(path, {recursive: true});
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(path, name), bytes);
    return join(path, 'net.onnx');
  }

  it('is read from its folder', async () => {
    const path = await saved('both', {'net.onnx': external.file, 'net.onnx.data': data});
    const network = onnxCaseNetwork();
    const {normalize} = await importWeightsFile(network, path);
    expect(normalize).toEqual(external.normalize);
    expectClose(await outputs(network, normalize), external.values, 'outputs', 1e-4);
  });

  it('is read by what a page gives, each file once', async () => {
    for (const given of [data, Uint8Array.from(data).buffer]) {
      const network = onnxCaseNetwork();
      const read: string[] = [];
      const externalData = async (location: string) => {
        read.push(location);
        return given;
      };
      const {normalize} = await importWeights(network, external.file, {externalData});
      expect(read).toEqual(['net.onnx.data']);
      expectClose(await outputs(network, normalize), external.values, 'outputs', 1e-4);
    }
  });

  it('is refused without the other file, with what to do', async () => {
    expect((await refusalOf(external.file)).message).toBe(
      'net.onnx has its weights in another file. Merge the two: onnx.save(onnx.load(path), path), or give net.onnx.data by the option externalData.',
    );
    const path = await saved('alone', {'net.onnx': external.file});
    await expect(importWeightsFile(onnxCaseNetwork(), path)).rejects.toThrow(
      `${path} has its weights in ${path}.data, which is missing: keep both in one folder.`,
    );
  });

  it('is refused with another file than its own', async () => {
    const cut = async () => data.subarray(0, data.length - 1);
    const error = await refusalOf(external.file, {externalData: cut});
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toMatch(
      /^net\.onnx needs \d+ bytes at \d+ of net\.onnx\.data for tensor \w, but that has \d+: copy both files again\.$/,
    );
    const none = (async () => undefined) as never;
    expect((await refusalOf(external.file, {externalData: none})).message).toBe(
      'importWeights: externalData must give bytes, but gives undefined for net.onnx.data.',
    );
  });

  /** The file with the name of the other one, or another entry of the same length, replaced. */
  const renamed = (from: string, to: string) => {
    const bytes = Buffer.from(external.file).toString('latin1');
    expect(bytes).toContain(from);
    expect(to.length).toBe(from.length);
    return Buffer.from(bytes.replaceAll(from, to), 'latin1');
  };

  it.each([
    '../net.x.data',
    '/et.onnx.data',
    '\\et.onnx.data',
    'C:/onnx.data2',
    'a/../nnx.data',
    'a\\..\\nnx.data',
    '%2e%2E/x.data',
    'ab:/onnx.data',
  ])('is refused if that is %s, and nothing is read', async location => {
    const read: string[] = [];
    const externalData = async (name: string) => {
      read.push(name);
      return data;
    };
    const error = await refusalOf(renamed('net.onnx.data', location), {externalData});
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toMatch(
      /which is outside of its own folder: a file of weights must name files beside it/,
    );
    expect(read).toEqual([]);
  });

  it.each(['-1', '1.', '0x', '  '])('is refused if the length is "%s"', async length => {
    const error = await refusalOf(renamed('length\x12\x0236', `length\x12\x02${length}`), {
      externalData: async () => data,
    });
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(`is damaged: tensor w has the impossible length ${length}.`);
  });

  it('is refused if the length is not that of the shape', async () => {
    const error = await refusalOf(renamed('length\x12\x0236', 'length\x12\x0232'), {
      externalData: async () => data,
    });
    expect(error.message).toContain('tensor w has 32 bytes, which does not match F32 of shape [3, 3, 1, 1]');
  });

  it.skipIf(process.platform === 'win32')(
    'follows links to where the file itself lies, and to nowhere else',
    async () => {
      // As the cache of Hugging Face has them.
      await saved('blobs', {a: external.file, b: data});
      await mkdir(join(parent, 'snapshot'));
      await symlink('../blobs/a', join(parent, 'snapshot', 'net.onnx'));
      await symlink('../blobs/b', join(parent, 'snapshot', 'net.onnx.data'));
      await importWeightsFile(onnxCaseNetwork(), join(parent, 'snapshot', 'net.onnx'));
      const path = await saved('linked', {'net.onnx': external.file});
      await cp(join(parent, 'blobs', 'b'), join(parent, 'secret'));
      await symlink('../secret', `${path}.data`);
      await expect(importWeightsFile(onnxCaseNetwork(), path)).rejects.toThrow(
        `${path} has its weights in ${path}.data, which is a link to outside of its own folder.`,
      );
    },
  );
});
