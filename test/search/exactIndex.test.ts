import * as tf from '@tensorflow/tfjs-core';
import 'fake-indexeddb/auto';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {exactIndex} from '../../src/search/exactIndex';
import {indexedDbStore} from '../../src/search/indexedDbStore';
import type {IndexStore} from '../../src/search/indexStore';
import {describeOnBackends} from '../support/backends';
import {cosine, describesIndex, hostileIds, nearestPeople, rowOf, someFaces} from './indexes';

/** Keeps bytes in memory. */
function memory(): IndexStore & {bytes?: Uint8Array} {
  return {
    name: 'memory',
    bytes: undefined,
    async read() {
      return this.bytes;
    },
    async write(bytes) {
      this.bytes = bytes.slice();
    },
  };
}

describeOnBackends('exactIndex', () => {
  describesIndex(async dimension => exactIndex({dimension}));

  it('keeps no tensor', async () => {
    const index = exactIndex({dimension: 4});
    const ids = Array.from({length: 50}, (_, i) => `${i}`);
    const before = tf.memory().numTensors;
    await index.enroll(ids, someFaces(1, ids, 4));
    await index.search(someFaces(2, ids, 4), {top: 3});
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(['float16', 'int8'] as const)('exactIndex of %s', storage => {
  beforeAll(() => useBackend('wasm'));

  describesIndex(async dimension => exactIndex({dimension, storage}), {digits: storage === 'int8' ? 1 : 2});

  it('moves cosines by no more than it says', async () => {
    const ids = Array.from({length: 300}, (_, i) => `person ${i}`);
    for (const dimension of [64, 512]) {
      const [templates, probes] = [someFaces(5, ids, dimension), someFaces(6, ids.slice(0, 20), dimension)];
      const index = exactIndex({dimension, storage});
      await index.enroll(ids, templates);
      const found = await index.search(probes, {top: 300});
      found.forEach((candidates, i) => {
        expect(candidates).toHaveLength(300);
        for (const candidate of candidates) {
          const row = ids.indexOf(candidate.id);
          const off = Math.abs(candidate.cosine - cosine(rowOf(probes, i), rowOf(templates, row)));
          expect(off).toBeLessThan(storage === 'int8' ? 0.02 : 0.001);
        }
      });
    }
  });
});

describe('exactIndex', () => {
  beforeAll(() => useBackend('wasm'));

  it('comes to the same over many blocks', async () => {
    const ids = Array.from({length: 9000}, (_, i) => `person ${i % 4500}`);
    const [templates, probes] = [someFaces(7, ids, 3), someFaces(8, ids.slice(0, 600), 3)];
    const index = exactIndex({dimension: 3});
    await index.enroll(ids, templates);
    const found = await index.search(probes, {top: 3});
    for (const i of [0, 511, 512, 599]) {
      const expected = nearestPeople(rowOf(probes, i), templates, ids, 3);
      found[i].forEach((candidate, place) => {
        expect(candidate.cosine).toBeCloseTo(expected[place].cosine, 8);
      });
    }
  });

  it.each(['float32', 'float16', 'int8'] as const)(
    'is the same after saving and loading: %s',
    async storage => {
      const store = memory();
      const index = exactIndex({dimension: 8, storage, store});
      expect(await index.load()).toBe(false);
      const faces = someFaces(9, hostileIds, 8);
      await index.enroll(hostileIds, faces, {group: 'a'});
      await index.enroll('gone', {values: [1, 2, 3, 4, 5, 6, 7, 8], dimension: 8}, {group: 'b'});
      await index.enroll(hostileIds, someFaces(10, hostileIds, 8), {group: 'b'});
      await index.remove('gone');
      await index.save();
      const other = exactIndex({dimension: 8, storage, store});
      await other.enroll('someone else', {values: [1, 2, 3, 4, 5, 6, 7, 8], dimension: 8});
      expect(await other.load()).toBe(true);
      expect(await other.size()).toEqual(await index.size());
      for (const options of [{top: 4}, {top: 4, groups: ['b']}, {threshold: 0.5}]) {
        expect(await other.search(faces, options)).toEqual(await index.search(faces, options));
      }
      expect(await other.remove(hostileIds[3])).toBe(2);
    },
  );

  it('loads what was saved with another storage', async () => {
    const store = memory();
    const ids = Array.from({length: 30}, (_, i) => `${i}`);
    const faces = someFaces(11, ids, 16);
    const index = exactIndex({dimension: 16, store});
    await index.enroll(ids, faces);
    await index.save();
    const small = exactIndex({dimension: 16, storage: 'int8', store});
    await small.load();
    expect((await small.search(faces)).map(([{id}]) => id)).toEqual(ids);
  });

  it('keeps itself in IndexedDB, each name apart', async () => {
    const index = exactIndex({dimension: 2, store: indexedDbStore('visitors')});
    expect(await index.load()).toBe(false);
    await index.enroll('ann', {values: [1, 0], dimension: 2});
    await index.save();
    await index.enroll('bo', {values: [0, 1], dimension: 2});
    await index.save();
    const again = exactIndex({dimension: 2, store: indexedDbStore('visitors')});
    expect(await again.load()).toBe(true);
    expect(await again.size()).toEqual({people: 2, templates: 2});
    expect(await exactIndex({dimension: 2, store: indexedDbStore('others')}).load()).toBe(false);
  });

  it('forgets a million people one by one', async () => {
    const index = exactIndex({dimension: 2, storage: 'int8'});
    const ids = Array.from({length: 1_000_000}, (_, i) => String(i));
    const values = Float32Array.from({length: 2_000_000}, (_, i) => 1 + (i % 1009));
    await index.enroll(ids, {values, dimension: 2});
    for (const id of ids) if (id !== '777777') await index.remove(id);
    expect(await index.size()).toEqual({people: 1, templates: 1});
    const [[{id}]] = await index.search({values: [1, 1], dimension: 2});
    expect(id).toBe('777777');
  });

  it('refuses a file that is damaged, of another version or another dimension', async () => {
    const store = memory();
    const index = exactIndex({dimension: 2, store});
    await index.enroll(['ann', 'bo'], {values: [1, 0, 0, 1], dimension: 2});
    await index.save();
    const saved = store.bytes as Uint8Array;
    const load = (bytes: Uint8Array, dimension = 2) =>
      exactIndex({dimension, store: {...memory(), read: async () => bytes}}).load();
    await expect(load(saved, 3)).rejects.toThrow(
      'memory holds embeddings of dimension 2, but the index has 3.',
    );
    const text = (from: string, to: string) => {
      const latin = Buffer.from(saved).toString('latin1');
      expect(latin).toContain(from);
      return Buffer.from(latin.replace(from, to), 'latin1');
    };
    await expect(load(text('"version":1', '"version":2'))).rejects.toThrow(
      'memory is of version 2, but this library reads version 1.',
    );
    await expect(load(text('search index', 'search xxxxx'))).rejects.toThrow('memory is not a search index');
    await expect(load(text('"dimension":2', '"dimension":0'))).rejects.toThrow('its record is incomplete');
    await expect(load(text('["ann","bo"]', '["ann"     ]'))).rejects.toThrow('a template belongs to nobody');
    await expect(load(text('["ann","bo"]', '["bo" ,"bo"]'))).rejects.toThrow('its record is incomplete');
    for (let length = 0; length < saved.length; length++) {
      await expect(load(saved.slice(0, length))).rejects.toThrow('memory');
    }
    // What was refused changed nothing.
    await expect(index.load()).resolves.toBe(true);
    expect(await index.size()).toEqual({people: 2, templates: 2});
  });

  it('names what is wrong with its options', async () => {
    expect(() => exactIndex({dimension: 0})).toThrow(
      'exactIndex: dimension must be a whole number of 1 or more',
    );
    expect(() => exactIndex({dimension: 2, storage: 'int4' as 'int8'})).toThrow(
      'storage must be one of float32, float16, int8, but is int4.',
    );
    await expect(exactIndex({dimension: 2}).save()).rejects.toThrow(
      'save: store must be an option of exactIndex',
    );
  });
});
