import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {seededRandom} from '../../src/base/random';
import {readWholeFile} from '../../src/base/readWholeFile';

it.each([0, 1, 999, 1000, 1001, 5000])('reads %i bytes in pieces of 1000', async size => {
  const folder = await mkdtemp(join(tmpdir(), 'pieces-'));
  const random = seededRandom(size);
  const bytes = Uint8Array.from({length: size}, () => Math.floor(256 * random()));
  await writeFile(join(folder, 'file'), bytes);
  expect(await readWholeFile(join(folder, 'file'), 1000)).toEqual(bytes);
  await rm(folder, {recursive: true});
});
