import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {drawPeople} from '../../cli/synthetic/drawPeople';
import {identity} from '../../cli/synthetic/identity';
import {photograph} from '../../cli/synthetic/photograph';
import {imageFolder} from '../../src/data/sources/imageFolder';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synthetic-'));
});
afterEach(() => rm(folder, {recursive: true}));

const options = {identities: 3, images: 2, size: 32, seed: 1};

describe('synthetic faces', () => {
  it('are the same for the same seed, whatever is drawn before, and leave Math.random alone', () => {
    const {random} = Math;
    const first = photograph(identity(1, 7), [1, 7, 3], 32).data;
    photograph(identity(1, 8), [1, 8, 0], 32);
    expect(photograph(identity(1, 7), [1, 7, 3], 32).data).toEqual(first);
    expect(photograph(identity(2, 7), [2, 7, 3], 32).data).not.toEqual(first);
    expect(Math.random).toBe(random);
  });

  it('are all different persons, as far as thousands go', () => {
    const people = Array.from({length: 3000}, (_, i) => JSON.stringify(identity(1, i)));
    expect(new Set(people).size).toBe(3000);
  });

  it('are a folder for each identity, whose names say what they are', async () => {
    let drawn = 0;
    await drawPeople(folder, options, [0, 2], () => drawn++);
    expect(drawn).toBe(4);
    const faces = await imageFolder(folder, {size: 32});
    expect(faces.images.names).toEqual([
      'synthetic-00001/synthetic-00001_0001.jpg',
      'synthetic-00001/synthetic-00001_0002.jpg',
      'synthetic-00003/synthetic-00003_0001.jpg',
      'synthetic-00003/synthetic-00003_0002.jpg',
    ]);
    const again = await mkdtemp(join(folder, '.again-'));
    await drawPeople(again, options, [2], () => undefined);
    const [name] = await readdir(join(again, 'synthetic-00003'));
    expect(await readFile(join(again, 'synthetic-00003', name))).toEqual(
      await readFile(join(folder, 'synthetic-00003', name)),
    );
  });
});
