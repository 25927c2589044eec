import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, loadLayersModel, sequential} from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, beforeEach, expect, it, vi} from 'vitest';
import {forInference} from '../../../src/backbones/inference/forInference';
import {loadModelFolder, saveModelFolder} from '../../../src/backbones/inference/modelFolder';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {normalizationOf, setNormalization} from '../../../src/backbones/normalizationOf';
import {useBackend} from '../../../src/backend/useBackend';
import type {Normalization} from '../../../src/base/normalization';
import {DataFormatError} from '../../../src/formats/dataFormatError';

let parent: string;
let folder: string;

beforeAll(async () => {
  await useBackend('wasm');
  parent = await mkdtemp(join(tmpdir(), 'model-folder-'));
});

beforeEach(async () => {
  folder = await mkdtemp(join(parent, 'model-'));
});

afterAll(() => rm(parent, {recursive: true}));

const embeddingsOf = (model: LayersModel) =>
  tf.tidy(() => {
    const side = Number(model.inputs[0].shape[1]);
    return (model.predict(tf.randomUniform([2, side, side, 3], -1, 1, 'float32', 7)) as tf.Tensor).dataSync();
  });

/** A model of few weights: 20 bytes. */
const small = () => sequential({layers: [layers.dense({units: 1, inputShape: [4]})], name: 'small'});

/** Writes what TensorFlow.js saves as files, its weights in two pieces. */
async function saveInTwoParts(model: LayersModel): Promise<void> {
  await saveModelFolder(model, folder);
  const file = join(folder, 'model.json');
  const {weightsManifest, ...topology} = JSON.parse(await readFile(file, 'utf8'));
  const bytes = await readFile(join(folder, 'weights.bin'));
  await writeFile(join(folder, 'one.bin'), bytes.subarray(0, 7));
  await writeFile(join(folder, 'two.bin'), bytes.subarray(7));
  const parts = [{paths: ['one.bin', 'two.bin'], weights: weightsManifest[0].weights}];
  await writeFile(file, JSON.stringify({...topology, weightsManifest: parts}));
  await rm(join(folder, 'weights.bin'));
}

it('gives back the network that was saved, and leaves no tensor behind', async () => {
  const network = mobileFaceNet({embeddingSize: 16, inputShape: [48, 48, 3], seed: 1});
  const deployed = forInference(network);
  const expected = embeddingsOf(deployed);
  const before = tf.memory().numTensors;
  const there = join(folder, 'made', 'where missing');
  await saveModelFolder(deployed, there);
  for (const path of [there, join(there, 'model.json')]) {
    const loaded = await loadModelFolder(path);
    expect(embeddingsOf(loaded)).toEqual(expected);
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
  network.dispose();
  deployed.dispose();
});

it('keeps what the network says of pixels, and what else the model says', async () => {
  const network = mobileFaceNet({embeddingSize: 16, inputShape: [48, 48, 3], seed: 1});
  expect(normalizationOf(network)).toBeUndefined();
  network.setUserDefinedMetadata({license: 'ours'});
  const normalize = {mean: [104, 117, 123], deviation: 1, order: 'bgr'} as const;
  setNormalization(network, normalize);
  const deployed = forInference(network);
  await saveModelFolder(deployed, folder);
  const loaded = await loadModelFolder(folder);
  for (const model of [network, deployed, loaded]) {
    expect(normalizationOf(model)).toEqual(normalize);
    expect(model.getUserDefinedMetadata()).toEqual({license: 'ours', normalize});
    model.dispose();
  }
});

it('does not take what is no normalization', () => {
  const network = mobileFaceNet({embeddingSize: 16, inputShape: [48, 48, 3], seed: 1});
  for (const [wrong, message] of [
    [{mean: [1, 2]}, 'normalize: mean must be a number, or 3, one for each channel, but is 2 numbers.'],
    [{deviation: [1, 0, 1]}, 'normalize: deviation[1] must be a finite number above 0, but is 0.'],
    [{mean: Number.NaN}, 'normalize: mean must be a finite number, but is NaN.'],
    [{order: 'RGB'}, 'normalize: order must be one of rgb, bgr, but is RGB.'],
  ] as [Normalization, string][]) {
    expect(() => setNormalization(network, wrong)).toThrow(message);
    expect(normalizationOf(network)).toBeUndefined();
    network.setUserDefinedMetadata({normalize: wrong});
    expect(() => normalizationOf(network)).toThrow();
    network.setUserDefinedMetadata({});
  }
  network.dispose();
});

it('writes what a page loads with stock TensorFlow.js', async () => {
  const model = small();
  await saveModelFolder(model, folder);
  vi.stubGlobal('fetch', async (address: string) => {
    const bytes = new Uint8Array(await readFile(join(folder, address.replace('http://page/', ''))));
    return new Response(bytes, {
      headers: {'content-type': address.endsWith('.json') ? 'application/json' : ''},
    });
  });
  const loaded = await loadLayersModel('http://page/model.json');
  vi.unstubAllGlobals();
  const weightsOf = ({weights}: LayersModel) => weights.map(weight => weight.read().arraySync());
  expect(weightsOf(loaded)).toEqual(weightsOf(model));
});

it('reads weights that lie in several files', async () => {
  const model = small();
  await saveInTwoParts(model);
  const loaded = await loadModelFolder(folder);
  expect(loaded.getWeights().map(weight => weight.arraySync())).toEqual(
    model.getWeights().map(weight => weight.arraySync()),
  );
});

it('says what is missing of a model', async () => {
  await expect(loadModelFolder(folder)).rejects.toThrow(
    new DataFormatError(folder, 'has no model.json: give the folder of a saved model.'),
  );
  const file = join(folder, 'model.json');
  for (const content of ['{"half', '{"mean": 1}', 'null']) {
    await writeFile(file, content);
    await expect(loadModelFolder(file)).rejects.toThrow(`${file} is not the model.json of a model`);
  }
  await saveInTwoParts(small());
  await writeFile(join(folder, 'two.bin'), '');
  await expect(loadModelFolder(folder)).rejects.toThrow(
    `${file} needs 20 bytes of weights, but ${join(folder, 'one.bin')}, ${join(folder, 'two.bin')} have 7: copy the model again.`,
  );
  await rm(join(folder, 'two.bin'));
  await expect(loadModelFolder(folder)).rejects.toThrow(
    `${file} has its weights in ${join(folder, 'two.bin')}, which is missing: keep the files of a model together.`,
  );
});

it.each(['3', '[null]', '[{}]', '[{"paths": [3], "weights": []}]', '[{"paths": [], "weights": [null]}]'])(
  'says that a manifest is damaged: %s',
  async manifest => {
    const file = join(folder, 'model.json');
    await writeFile(file, `{"modelTopology": {}, "weightsManifest": ${manifest}}`);
    await expect(loadModelFolder(file)).rejects.toThrow(
      new DataFormatError(
        file,
        'is damaged: its weightsManifest is no list of files and of the weights in them.',
      ),
    );
  },
);

it.each(['../other.bin', 'a/../../other.bin', '/other.bin', '..'])('reads no weights from %s', async path => {
  const file = join(folder, 'model.json');
  await writeFile(file, JSON.stringify({modelTopology: {}, weightsManifest: [{paths: [path], weights: []}]}));
  await expect(loadModelFolder(file)).rejects.toThrow(
    `${file} has its weights in ${path}, which is outside of its own folder.`,
  );
});
