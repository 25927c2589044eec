import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, expect, it} from 'vitest';
import {compact} from '../../src/backbones/compact';
import {forInference} from '../../src/backbones/inference/forInference';
import {loadModelFolder, saveModelFolder} from '../../src/backbones/inference/modelFolder';
import {type ModelFacts, modelFacts, setModelFacts} from '../../src/backbones/modelFacts';
import {normalizationOf} from '../../src/backbones/normalizationOf';
import {useBackend} from '../../src/backend/useBackend';
import {alignFace} from '../../src/data/align/alignFace';
import {faceTemplate} from '../../src/data/align/faceTemplate';

beforeAll(() => useBackend('cpu'));

const network = () => compact({embeddingSize: 3, inputShape: [16, 8, 3]});

it('are saved with the model, and come with it into another program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'facts-'));
  const facts: ModelFacts = {
    normalize: {deviation: 128},
    template: faceTemplate(16).map(([x, y]) => [x - 4, y] as const),
    training: {head: 'ArcFace, s = 32', people: 423, synthetic: false},
  };
  const trained = network();
  setModelFacts(trained, {training: {overwritten: true}});
  await saveModelFolder(forInference(trained), folder, facts);
  const loaded = await loadModelFolder(folder);
  expect(modelFacts(loaded)).toEqual({...facts, imageSize: [16, 8], embeddingSize: 3});
  expect(loaded.getUserDefinedMetadata()).toMatchObject({imageSize: [16, 8], embeddingSize: 3});
  expect(normalizationOf(loaded)).toEqual({deviation: 128});
  const {imageSize: size, template} = modelFacts(loaded);
  const photo = {data: new Uint8Array(40 * 40 * 3), width: 40, height: 40};
  const points = faceTemplate(32) as [number, number][];
  expect(alignFace(photo, points, {size, template: template as [number, number][]})).toMatchObject({
    width: 8,
    height: 16,
  });
  await rm(folder, {recursive: true});
});

it('are what the shapes say where nobody said more', () => {
  expect(modelFacts(network())).toEqual({imageSize: [16, 8], embeddingSize: 3});
});

it.each([
  [{normalize: {mean: [1, 2]}}, 'normalize: mean must be a number, or 3'],
  [{template: [[1, 2]]}, 'setModelFacts: template must be two points or more'],
  [{template: 3}, 'setModelFacts: template must be two points or more, but is 3.'],
  [{template: [[1, 2], [3]]}, 'setModelFacts: template[1][1] must be a finite number, but is undefined.'],
  [{training: 'long'}, "setModelFacts: training must be an object, but is 'long'."],
  [
    {training: {a: [1]}},
    'setModelFacts: training.a must be text, a number or a truth, but is of class Array.',
  ],
] as [ModelFacts, string][])('are refused where they cannot be true: %j', (facts, message) => {
  const model = network();
  expect(() => setModelFacts(model, facts)).toThrow(message);
  expect(modelFacts(model)).toEqual({imageSize: [16, 8], embeddingSize: 3});
});
