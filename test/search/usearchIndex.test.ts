import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {exactIndex} from '../../src/search/exactIndex';
import {usearchIndex} from '../../src/search/usearchIndex';
import {temporaryFolder} from '../support/temporaryFolder';
import {describesIndex, hostileIds, someFaces} from './indexes';

const folder = temporaryFolder();
let made = 0;
const open = (dimension: number) => usearchIndex({dimension, folder: join(folder.path, `index-${made++}`)});

beforeAll(() => useBackend('wasm'));

describe('usearchIndex', () => {
  describesIndex(open);

  it('finds who exactIndex finds, with the same cosines', async () => {
    const ids = Array.from({length: 2000}, (_, i) => `person ${i % 500}`);
    const all = someFaces(1, [...ids, ...ids.slice(0, 200)], 64);
    const [templates, probes] = [all.values.slice(0, 2000 * 64), all.values.slice(2000 * 64)].map(values => ({
      values,
      dimension: 64,
    }));
    const [exact, graph] = [exactIndex({dimension: 64}), await open(64)];
    for (const index of [exact, graph]) await index.enroll(ids, templates);
    const [expected, found] = await Promise.all([exact, graph].map(index => index.search(probes, {top: 5})));
    const same = found.flatMap((list, i) => list.filter(({id}, place) => id === expected[i][place].id));
    expect(same.length / 1000).toBeGreaterThan(0.98);
    // Mates are far nearer than strangers: all of them.
    expect(found.map(([{id}]) => id)).toEqual(expected.map(([{id}]) => id));
    found.forEach(([{cosine}], i) => {
      expect(cosine).toBeCloseTo(expected[i][0].cosine, 7);
    });
  });

  it('is the same after saving and loading, and may then change', async () => {
    const path = join(folder.path, 'kept');
    const options = {dimension: 8, folder: path};
    const index = await usearchIndex(options);
    expect(await index.load()).toBe(false);
    const faces = someFaces(3, hostileIds, 8);
    await index.enroll(hostileIds, faces, {group: 'a'});
    await index.enroll('gone', {values: [1, 2, 3, 4, 5, 6, 7, 8], dimension: 8});
    await index.remove('gone');
    await index.save();
    const again = await usearchIndex(options);
    await expect(again.enroll('too early', {values: [1, 2, 3, 4, 5, 6, 7, 8], dimension: 8})).rejects.toThrow(
      'must be loaded first, but is not: call load, or give another folder.',
    );
    expect(await again.load()).toBe(true);
    expect(await again.size()).toEqual({people: hostileIds.length, templates: hostileIds.length});
    expect(await again.search(faces, {top: 3})).toEqual(await index.search(faces, {top: 3}));
    await again.enroll('new', {values: [1, 2, 3, 4, 5, 6, 7, 8], dimension: 8});
    expect(await again.remove(hostileIds[0])).toBe(1);
    await again.save();
    const last = await usearchIndex(options);
    await last.load();
    const [[{id}]] = await last.search({values: [1, 2, 3, 4, 5, 6, 7, 8], dimension: 8});
    expect([id, (await last.size()).people]).toEqual(['new', hostileIds.length]);
    // One set of files is left.
    expect(readdirSync(path).sort()).toEqual(['current.json', 'graph-2', 'people-2', 'rows']);
  });

  it('refuses a folder that is damaged, of another version or another dimension', async () => {
    const path = join(folder.path, 'damaged');
    const index = await usearchIndex({dimension: 2, folder: path});
    await index.enroll(['ann', 'bo'], {values: [1, 0, 0, 1], dimension: 2});
    await index.save();
    const load = async (dimension = 2) => (await usearchIndex({dimension, folder: path})).load();
    await expect(load(3)).rejects.toThrow('holds embeddings of dimension 2, but the index has 3.');
    const change = async (name: string, bytes: string | Uint8Array, message: string) => {
      const before = readFileSync(join(path, name));
      writeFileSync(join(path, name), bytes);
      await expect(load(), name).rejects.toThrow(message);
      writeFileSync(join(path, name), before);
    };
    const current = readFileSync(join(path, 'current.json'), 'utf8');
    await change(
      'current.json',
      current.replace('"version":1', '"version":9'),
      'is of version 9, but this library reads version 1.',
    );
    await change('current.json', '{}', 'is not of a search index');
    await change('current.json', '{', 'is damaged');
    await change('current.json', current.replace('"save":1', '"save":4'), 'it has no files of save 4');
    await change('people-1', new Uint8Array(20), 'people-1');
    await change('rows', new Uint8Array(15), 'its rows are incomplete');
    expect(await load()).toBe(true);
  });

  it('names what is wrong with its options', async () => {
    await expect(usearchIndex({dimension: 0, folder: 'x'})).rejects.toThrow('dimension must be');
    await expect(usearchIndex({dimension: 2, folder: ''})).rejects.toThrow(
      "folder must be a path, but is ''.",
    );
    await expect(usearchIndex({dimension: 2, folder: 'x', connectivity: 1})).rejects.toThrow('from 2 to 128');
  });
});
