import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, sequential} from '@tensorflow/tfjs-layers';
import {exportWeights} from 'face-margins';
import type {ImageList, VerificationProtocol} from 'face-margins/data';
import {saveModelFolder} from 'face-margins/node';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {backbones} from '../../cli/backbones';
import {parseCompareOptions} from '../../cli/compareOptions';
import {measuredResults} from '../../cli/measuredResults';
import {imageSizeOf, openModel} from '../../cli/openModel';
import {reportTable} from '../../cli/reportTable';
import {verdict} from '../../cli/verdict';
import {verifyModel} from '../../cli/verifyModel';
import {parseVerifyOptions} from '../../cli/verifyOptions';
import {useBackend} from '../../src/backend/useBackend';
import {refusal} from '../support/refusal';

/** A model whose embedding of a 2×2 image is its pixels. */
function pixelModel(): LayersModel {
  return sequential({layers: [layers.flatten({inputShape: [2, 2, 3]})], name: 'pixels'});
}

/** Images 2×2 that are all of one of three colors, then of one row only. */
const colors: Record<number, number[]> = {0: [255, 0, 0], 1: [0, 255, 0], 2: [0, 0, 255]};
const images: ImageList = {
  length: 6,
  names: ['a', 'b', 'c', 'd', 'e', 'f'],
  height: 2,
  width: 2,
  channels: 3,
  pixels: async i =>
    Uint8Array.from([0, 1, 2, 3].flatMap(pixel => (i > 2 && pixel === 3 ? [90, 90, 90] : colors[i % 3]))),
};

const protocol: VerificationProtocol = {
  images,
  folds: 2,
  pairs: [
    {a: 0, b: 3, same: true, fold: 0},
    {a: 0, b: 4, same: false, fold: 0},
    {a: 1, b: 4, same: true, fold: 1},
    {a: 1, b: 5, same: false, fold: 1},
  ],
};

let folder = '';
beforeAll(async () => {
  await useBackend('wasm');
  folder = await mkdtemp(join(tmpdir(), 'face-training-'));
});
afterAll(async () => {
  await rm(folder, {recursive: true});
});

describe('verifyModel', () => {
  it('compares the pairs of a protocol, in its folds', async () => {
    const seen: number[] = [];
    const {scores, same, report} = await verifyModel(pixelModel(), protocol, {
      batchSize: 4,
      fars: [0.5],
      onProgress: count => seen.push(count),
    });
    expect(Array.from(same)).toEqual([true, false, true, false]);
    expect(scores[0]).toBeGreaterThan(0.7);
    expect(scores[1]).toBeLessThan(0);
    expect(report.accuracy.folds.map(({accuracy}) => accuracy)).toEqual([1, 1]);
    expect(report.tarAtFar).toHaveLength(1);
    expect(seen).toEqual([4, 6]);
    const table = reportTable(report);
    expect(table).toMatch(/^accuracy +100\.00 % ± 0\.00 +over 2 folds/);
    expect(table).toMatch(/TAR at FAR 0\.5 +100\.00 % +at cosine .* · few false accepts/);
  });

  it('scales pixels as it is told', async () => {
    const plain = await verifyModel(pixelModel(), protocol, {});
    const positive = await verifyModel(pixelModel(), protocol, {normalize: {mean: 0}});
    // Pixels that are nowhere negative have no negative cosines.
    expect(positive.scores[1]).toBeGreaterThan(0);
    expect(plain.scores[1]).toBeLessThan(0);
  });
});

describe('openModel', () => {
  it('opens a saved model by its folder, or by the model.json in it', async () => {
    const model = sequential({layers: [layers.dense({units: 3, inputShape: [2]})]});
    await saveModelFolder(model, folder);
    const input = tf.tensor2d([1, 2], [1, 2]);
    const expected = (model.predict(input) as tf.Tensor).dataSync();
    for (const path of [folder, join(folder, 'model.json')]) {
      const opened = await openModel({model: path});
      expect((opened.predict(input) as tf.Tensor).dataSync()).toEqual(expected);
    }
  });

  it('gives a backbone the weights of a file', async () => {
    const network = backbones.mobilefacenet({embeddingSize: 16});
    const path = join(folder, 'weights.safetensors');
    await writeFile(path, await exportWeights(network));
    const opened = await openModel({model: path, backbone: 'mobilefacenet', embeddingSize: 16});
    expect(imageSizeOf(opened)).toEqual([112, 112]);
    const images = tf.randomUniform([2, 112, 112, 3], -1, 1, 'float32', 1);
    const [found, expected] = [opened, network].map(model => (model.predict(images) as tf.Tensor).dataSync());
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 4);
    });
    // Normalizations are folded into the convolutions before them.
    expect(opened.layers.length).toBeLessThan(network.layers.length);
  });

  it('asks for the network that weights are of', async () => {
    await expect(openModel({model: 'w.onnx'})).rejects.toThrow(
      'w.onnx holds weights without a network: say which one',
    );
    expect(() => imageSizeOf(sequential({layers: [layers.dense({units: 1, inputShape: [2]})]}))).toThrow(
      'it must say how high and how wide',
    );
  });
});

describe('the verdict', () => {
  const results = {
    accuracy: {accuracy: 1, deviation: 0, threshold: 1.2, folds: []},
    calibration: {slope: 10, intercept: -4, prior: 0.5},
  };

  it('states the threshold, and where it is from', () => {
    expect(verdict(0.5, {threshold: 0.6})).toMatch(/different persons, at the threshold 0\.600 \(as given\)/);
    expect(verdict(0.5, {results})).toMatch(/the same person, at the threshold 0\.400 \(of results\.json\)/);
    expect(verdict(0.5, {results})).toMatch(/73\.1 % that they are one person/);
    expect(verdict(0.5, {threshold: 0.6, results})).toMatch(/different persons/);
    expect(verdict(0.5, {})).toMatch(/0\.300 \(a guess: `npm run verify` measures one/);
  });

  it('rests on what verifying or training has written, and on nothing else', async () => {
    const path = join(folder, 'results.json');
    for (const written of [
      {...results, seconds: 3},
      {trained: results, untrained: {}},
    ]) {
      await writeFile(path, JSON.stringify(written));
      expect(await measuredResults(path)).toEqual(results);
    }
    for (const other of ['{"accuracy": 0.9}', '{"trained": {}}', 'null', '{"half']) {
      await writeFile(path, other);
      await expect(measuredResults(path)).rejects.toThrow(
        `--results: ${path} has no threshold and calibration in it`,
      );
    }
  });
});

describe('the command lines', () => {
  const verify = (...words: string[]) => parseVerifyOptions(['node', 'verify', ...words]);

  it('are read', () => {
    expect(
      verify('--model', '.', '--pairs', 'package.json', '--images', 'src', '--far', '1e-3,0.1', '--flip'),
    ).toMatchObject({
      model: '.',
      pairs: 'package.json',
      images: 'src',
      far: [0.001, 0.1],
      flip: true,
      mean: 127.5,
      deviation: 127.5,
    });
    expect(
      parseCompareOptions(['node', 'compare', '--model', '.', '--threshold', '0.4', 'LICENSE', 'src']),
    ).toMatchObject({
      model: '.',
      threshold: 0.4,
      images: ['LICENSE', 'src'],
      flip: false,
    });
  });

  it.each([
    [
      ['--model', 'out/none', '--pairs', 'package.json'],
      '--model',
      'out/none',
      'the folder of a saved model, its model.json',
    ],
    [['--model', '.', '--pairs', 'none.txt'], '--pairs', 'none.txt', "LFW's pairs.txt, or a .bin"],
    [
      ['--model', '.', '--pairs', 'package.json', '--images', 'none'],
      '--images',
      'none',
      'the folder or .tar',
    ],
  ])('say of %j what is missing and what would be right', (words, option, value, right) => {
    const printed = refusal(() => verify(...words));
    expect(printed).toMatch(new RegExp(`'${option} <\\w+>' argument '${value}' is invalid`));
    expect(printed).toContain(`There is nothing at this path; give ${right}`);
  });
});
