import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {exportWeightsFile, importWeightsFile} from '../../../src/backbones/weights/weightsFile';
import {useBackend} from '../../../src/backend/useBackend';
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
  await writeFile(path, 'PK');
  await expect(importWeightsFile(to, path)).rejects.toThrow(
    /tiny\.safetensors is a checkpoint of torch\.save/,
  );
});
