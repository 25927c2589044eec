import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import type {Embeddings} from '../../src/base/embeddings';
import {type Neighbours, nearestNeighbours} from '../../src/neighbours/nearestNeighbours';
import {describeOnBackends} from '../support/backends';
import {inRanks} from '../support/inRanks';
import {testRandom} from '../support/random';

function randomEmbeddings(seed: number, rows: number, dimension: number): Embeddings {
  const random = testRandom(seed);
  return {values: Float32Array.from({length: rows * dimension}, () => random.normal()), dimension};
}

/** Cosines in float64, one by one, by lengths that Math.hypot keeps from overflowing. */
function cosinesOf(a: Embeddings, b: Embeddings): number[][] {
  const rowsOf = ({values, dimension}: Embeddings) =>
    Array.from({length: values.length / dimension}, (_, i) => {
      const row = Array.from({length: dimension}, (_, d) => values[i * dimension + d]);
      const largest = Math.max(...row.map(Math.abs)) || 1;
      const scaled = row.map(value => value / largest);
      const length = Math.hypot(...scaled) || 1;
      return scaled.map(value => value / length);
    });
  const others = rowsOf(b);
  return rowsOf(a).map(x => others.map(y => x.reduce((sum, value, d) => sum + value * y[d], 0)));
}

/** Checks neighbors against all cosines: each value is that of its row, and no better row was left out. */
function expectNearest({indices, cosines, k}: Neighbours, all: number[][], isSelf: boolean): void {
  all.forEach((row, i) => {
    const found = [...indices.subarray(i * k, (i + 1) * k)];
    const best = row.filter((_, j) => !isSelf || j !== i).sort((a, b) => b - a);
    expect(new Set(found).size).toBe(k);
    expect(isSelf && found.includes(i)).toBe(false);
    found.forEach((j, place) => {
      expect(Math.abs(cosines[i * k + place] - row[j])).toBeLessThan(1e-6);
      expect(Math.abs(cosines[i * k + place] - best[place])).toBeLessThan(1e-6);
    });
  });
}

describeOnBackends('nearestNeighbours', () => {
  it.each([1, 5, 39])('finds the %d best others, and keeps no tensor', async k => {
    const faces = randomEmbeddings(1, 40, 16);
    const before = tf.memory().numTensors;
    const found = await nearestNeighbours(faces, k);
    expect(tf.memory().numTensors).toBe(before);
    expect([found.indices.length, found.cosines.length, found.k]).toEqual([40 * k, 40 * k, k]);
    expectNearest(found, cosinesOf(faces, faces), true);
  });

  it('finds the best of a gallery, where the same row may be one', async () => {
    const [faces, gallery] = [randomEmbeddings(2, 7, 8), randomEmbeddings(3, 60, 8)];
    expectNearest(await nearestNeighbours(faces, 4, {to: gallery}), cosinesOf(faces, gallery), false);
    const {indices, cosines} = await nearestNeighbours(faces, 1, {to: faces});
    expect([...indices]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(Math.min(...cosines)).toBeGreaterThan(1 - 1e-6);
    expect(Math.max(...cosines)).toBeLessThanOrEqual(1);
  });

  it.each([5e-324, 1e-300, 1e-38, 1e-20, 1e19, 1e38, 1e300])(
    'finds the same for embeddings %d times as long among others',
    async size => {
      // Whole numbers, so that the smallest size keeps them.
      const random = testRandom(4);
      const values = Array.from({length: 30 * 6}, () => random.integer(41) - 20);
      const faces = {values, dimension: 6};
      const sized = values.map((value, i) => (Math.floor(i / 6) % 3 === 0 ? value * size : value));
      const found = await nearestNeighbours({values: sized, dimension: 6}, 3);
      expectNearest(found, cosinesOf(faces, faces), true);
    },
  );
});

describe('nearestNeighbours', () => {
  beforeAll(() => useBackend('wasm'));

  it('comes to the same over many tiles', async () => {
    const [faces, gallery] = [randomEmbeddings(5, 5200, 3), randomEmbeddings(6, 600, 3)];
    const among = await nearestNeighbours(faces, 2);
    const some = [0, 511, 512, 1023, 4095, 4096, 4097, 5199];
    const rows = (of: Embeddings, chosen: number[]) => ({
      values: chosen.flatMap(i => Array.from({length: 3}, (_, d) => of.values[3 * i + d])),
      dimension: 3,
    });
    const all = cosinesOf(rows(faces, some), faces);
    some.forEach((i, place) => {
      const best = all[place].filter((_, j) => j !== i).sort((a, b) => b - a);
      expect(Math.abs(among.cosines[2 * i] - best[0])).toBeLessThan(1e-6);
      expect(Math.abs(among.cosines[2 * i + 1] - best[1])).toBeLessThan(1e-6);
      expect(Math.abs(all[place][among.indices[2 * i]] - best[0])).toBeLessThan(1e-6);
    });
    expectNearest(await nearestNeighbours(gallery, 3, {to: faces}), cosinesOf(gallery, faces), false);
    expectNearest(
      await nearestNeighbours(rows(faces, some), 3, {to: faces}),
      cosinesOf(rows(faces, some), faces),
      false,
    );
  });

  it('gives every rank of a collective the whole result', async () => {
    const [faces, gallery] = [randomEmbeddings(7, 9000, 3), randomEmbeddings(8, 700, 3)];
    const alone = await nearestNeighbours(faces, 3);
    for (const found of await inRanks(3, collective => nearestNeighbours(faces, 3, {collective}))) {
      expect(found).toEqual(alone);
    }
    const to = await nearestNeighbours(gallery, 4, {to: faces});
    const shared = await inRanks(4, collective => nearestNeighbours(gallery, 4, {to: faces, collective}));
    for (const found of shared) expect(found).toEqual(to);
  });

  it('puts the lower row first where cosines are equal', async () => {
    const alike = {values: Array.from({length: 5 * 2}, (_, i) => (i % 2 ? 0 : i + 1)), dimension: 2};
    const {indices, cosines} = await nearestNeighbours(alike, 3);
    expect([...indices]).toEqual([1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2, 0, 1, 2]);
    expect(new Set(cosines)).toEqual(new Set([1]));
  });

  it('gives an embedding of length zero the cosine 0 with everything', async () => {
    const {cosines} = await nearestNeighbours({values: [0, 0, 3, 4, -3, -4], dimension: 2}, 2);
    expect([...cosines]).toEqual([0, 0, 0, -1, 0, -1]);
  });

  it('gives all others where there are fewer than k, and nothing for nobody', async () => {
    const {indices, k} = await nearestNeighbours({values: [1, 0, 1, 1, 0, 1], dimension: 2}, 10);
    expect(k).toBe(2);
    expect([...indices].slice(0, 2)).toEqual([1, 2]);
    const nobody = await nearestNeighbours({values: [], dimension: 2}, 1, {
      to: {values: [1, 2], dimension: 2},
    });
    expect(nobody).toEqual({indices: new Int32Array(), cosines: new Float32Array(), k: 1});
  });

  it('tells its progress up to 1', async () => {
    const parts: number[] = [];
    await nearestNeighbours(randomEmbeddings(9, 1500, 2), 1, {onProgress: part => parts.push(part)});
    expect(parts).toEqual([1 / 3, 2 / 3, 1]);
  });

  it('names what is wrong with its arguments', async () => {
    const faces = {values: [1, 0, 0, 1], dimension: 2};
    await expect(nearestNeighbours(faces, 0)).rejects.toThrow(
      'nearestNeighbours: k must be a whole number of 1 or more, but is 0.',
    );
    await expect(nearestNeighbours(faces, 1, {to: {values: [1, 2, 3], dimension: 3}})).rejects.toThrow(
      'nearestNeighbours: to must have the dimension of embeddings, 2, but has 3.',
    );
    await expect(nearestNeighbours({values: [1, 2], dimension: 2}, 1)).rejects.toThrow(
      'nearestNeighbours: there must be an embedding to look among, but there is none.',
    );
    await expect(nearestNeighbours({values: [1, Number.NaN], dimension: 2}, 1)).rejects.toThrow(
      'embeddings must hold finite numbers, but row 0 holds NaN',
    );
  });
});
