import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {exportWeights} from '../../../src/backbones/weights/exportWeights';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {exportWeightsFile, importWeightsFile} from '../../../src/backbones/weights/weightsFile';
import {useBackend} from '../../../src/backend/useBackend';
import {parseSafetensors, serializeSafetensors} from '../../../src/formats/safetensors';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {expectSameWeights, filled, weightBytes} from './filled';
import {tinyNetwork} from './tinyNetwork';

let folder: string;
beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(() => rm(folder, {recursive: true}));

it('weights go through a file, and errors name it', async () => {
  const [from, to] = [1, 2].map(seed => filled(tinyNetwork, seed));
  const path = join(folder, 'tiny.safetensors');
  await exportWeightsFile(from, path);
  await importWeightsFile(to, path);
  expectSameWeights(to, weightBytes(from));
  await writeFile(path, 'PK\x03\x04');
  await expect(importWeightsFile(to, path)).rejects.toThrow(
    /tiny\.safetensors is truncated or damaged: it has no directory at its end/,
  );
});

it('a folder in place of a file is said, with what is in it', async () => {
  const place = await mkdtemp(join(folder, 'place-'));
  const expectSaid = async (advice: string) =>
    expect(importWeightsFile(tinyNetwork(), place)).rejects.toThrow(
      `${place} is a folder, not a file of weights: ${advice}.`,
    );
  await expectSaid('give the path of a file');
  await writeFile(join(place, 'model.safetensors'), '');
  await writeFile(join(place, 'backbone.pth'), '');
  await writeFile(join(place, 'config.yaml'), '');
  await expectSaid('give one in it, such as backbone.pth or model.safetensors');
  await writeFile(join(place, 'model.json'), '');
  await expectSaid('load the model that TensorFlow.js saved there by loadModelFolder');
});

it('weights are found behind a prefix, with a head and an optimizer beside them', async () => {
  const [from, to] = [1, 2].map(seed => filled(tinyNetwork, seed));
  const plain = parseSafetensors(await exportWeights(from), 'tiny');
  const [[, some]] = plain;
  const checkpoint = new Map([
    ...[...plain].map(([name, tensor]) => [`state_dict.module.backbone.${name}`, tensor] as const),
    ['state_dict.module.head.weight', some] as const,
    ['optimizer.state.0.exp_avg', some] as const,
  ]);
  await importWeights(to, serializeSafetensors(checkpoint));
  expectSameWeights(to, weightBytes(from));
});

it('a prefix before the names of another implementation is found too', async () => {
  const make = (seed: number) =>
    filled(() => mobileFaceNet({inputShape: [16, 16, 3], embeddingSize: 8}), seed);
  const [from, to] = [make(1), make(2)];
  const saved = parseSafetensors(await exportWeights(from, {naming: 'treb1en'}), 'x');
  const named = new Map([...saved].map(([name, tensor]) => [`module.${name}`, tensor]));
  await importWeights(to, serializeSafetensors(named));
  expectSameWeights(to, weightBytes(from));
});

it('no weight of a network is taken for a head', async () => {
  const head = arcFace({classes: 2});
  head.build([null, 3]);
  const weight = {type: 'F32' as const, shape: [2, 3], bytes: new Uint8Array(24)};
  const file = serializeSafetensors(
    new Map([
      ['conv.weight', weight],
      ['fc.weight', weight],
    ]),
  );
  await expect(importWeights(head, file)).rejects.toThrow('1 missing: weight [2, 3]');
});

it.each([undefined, null, 3, 'weights.pth'])('%s is no source of weights', async source => {
  await expect(importWeights(tinyNetwork(), source as never)).rejects.toThrow(
    /^importWeights: source must be the bytes of a file, .*importWeightsFile takes a path\.$/,
  );
});
