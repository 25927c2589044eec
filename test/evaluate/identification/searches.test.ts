import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {identifySets} from '../../../src/evaluate/identification/identifySets';
import {megaFaceSearch} from '../../../src/evaluate/identification/megaFaceSearch';
import {retrievalFigures} from '../../../src/evaluate/identification/retrievalFigures';
import {searchGallery} from '../../../src/evaluate/identification/searchGallery';
import {describeOnBackends} from '../../support/backends';
import {inRanks} from '../../support/inRanks';
import {testRandom} from '../../support/random';
import {rowsOf} from '../fixtures';

/** Rows around the directions of their people. */
function faces(seed: number, ids: readonly number[], dimension: number, spread = 0.9): number[][] {
  const random = testRandom(seed);
  const centers = new Map<number, number[]>();
  return ids.map(id => {
    const center = centers.get(id) ?? Array.from({length: dimension}, () => random.normal());
    centers.set(id, center);
    return center.map(value => value + spread * random.normal());
  });
}

function cosine(a: number[], b: number[]): number {
  return a.reduce((sum, value, d) => sum + value * b[d], 0) / Math.hypot(...a) / Math.hypot(...b);
}

describeOnBackends('megaFaceSearch', () => {
  it('ranks each mate alone among the distractors, as counted one by one, and keeps no tensor', async () => {
    const ids = [0, 1, 0, 2, 1, 0, 3, 0, 1];
    const people = faces(1, ids, 5);
    const strangers = faces(
      2,
      Array.from({length: 80}, (_, i) => i),
      5,
    );
    const before = tf.memory().numTensors;
    const found = await megaFaceSearch({
      faces: rowsOf(people),
      ids: ids.map(id => `person ${id}`),
      distractors: rowsOf(strangers),
    });
    expect(tf.memory().numTensors).toBe(before);
    const expected = ids.flatMap((id, probe) =>
      ids.flatMap((other, mate) => {
        if (other !== id || mate === probe) return [];
        const own = cosine(people[probe], people[mate]);
        const above = strangers.filter(stranger => cosine(people[probe], stranger) >= own).length;
        return [[probe, mate, 1 + above]];
      }),
    );
    expect([...found.ranks.keys()].map(i => [found.probes[i], found.mates[i], found.ranks[i]])).toEqual(
      expected,
    );
  });
});

describe('megaFaceSearch', () => {
  beforeAll(() => useBackend('wasm'));

  it('comes to the same over many tiles', async () => {
    const ids = Array.from({length: 600}, (_, i) => i % 200);
    const people = faces(3, ids, 3, 0.3);
    const strangers = faces(
      4,
      Array.from({length: 5000}, (_, i) => i),
      3,
    );
    const found = await megaFaceSearch({faces: rowsOf(people), ids, distractors: rowsOf(strangers)});
    expect(found.ranks).toHaveLength(1200);
    for (const i of [0, 1, 511, 1023, 1024, 1199]) {
      const [probe, mate] = [people[found.probes[i]], people[found.mates[i]]];
      const own = cosine(probe, mate);
      expect(ids[found.probes[i]]).toBe(ids[found.mates[i]]);
      expect(found.ranks[i]).toBe(1 + strangers.filter(stranger => cosine(probe, stranger) >= own).length);
    }
  });

  it('gives every rank of a collective the whole result', async () => {
    const ids = Array.from({length: 600}, (_, i) => i % 200);
    const search = {
      faces: rowsOf(faces(3, ids, 3, 0.3)),
      ids,
      distractors: rowsOf(faces(4, [...Array(5000).keys()], 3)),
    };
    const alone = await megaFaceSearch(search);
    for (const found of await inRanks(3, collective => megaFaceSearch({...search, collective}))) {
      expect(found).toEqual(alone);
    }
  });

  it('counts ties against the mate, so that a network that gives one embedding finds nobody', async () => {
    const alike = (rows: number) => rowsOf(Array.from({length: rows}, () => [0.3, 0.1, -0.7]));
    const {ranks} = await megaFaceSearch({faces: alike(2), ids: [1, 1], distractors: alike(9)});
    expect([...ranks]).toEqual([10, 10]);
  });

  it('names what is wrong with its arguments', async () => {
    const two = {values: [1, 0, 0, 1], dimension: 2};
    await expect(megaFaceSearch({faces: two, ids: [1, 2], distractors: two})).rejects.toThrow(
      'megaFaceSearch: ids must give somebody two images, but all 2 are of different people.',
    );
    await expect(
      megaFaceSearch({faces: two, ids: [1, 1], distractors: {values: [1], dimension: 1}}),
    ).rejects.toThrow('distractors must have the dimension of faces, 2, but has 1.');
    await expect(
      megaFaceSearch({faces: two, ids: [1, 1], distractors: {values: [], dimension: 2}}),
    ).rejects.toThrow('distractors must hold at least one embedding');
  });
});

describe('searchGallery', () => {
  it('counts an identity once where its embeddings lie in several tiles', async () => {
    await useBackend('wasm');
    // 5,000 embeddings of one stranger, all nearer than the mate, and one of another.
    const gallery = [...Array<number[]>(5000).fill([1, 0.01]), [1, 0.02], [0.6, 0.8]];
    const labels = [...Array<number>(5000).fill(3), 4, 7];
    const {ranks, otherScores} = await searchGallery({
      probes: rowsOf([[1, 0]]),
      probeLabels: [7],
      gallery: rowsOf(gallery),
      galleryLabels: labels,
    });
    expect([...ranks]).toEqual([3]);
    expect(otherScores[0]).toBeCloseTo(cosine([1, 0], [1, 0.01]), 6);
  });

  it('gives every rank of a collective the whole result, where identities lie in tiles of several ranks', async () => {
    const labels = Array.from({length: 13_000}, (_, i) => (i < 5000 ? 9999 : Math.floor(i / 3)));
    const search = {
      probes: rowsOf(faces(9, [...Array(600).keys()], 3)),
      probeLabels: Array.from({length: 600}, (_, i) => 1500 + 4 * i),
      gallery: rowsOf(faces(10, labels, 3)),
      galleryLabels: labels,
      distractors: rowsOf(faces(11, [...Array(4500).keys()], 3)),
    };
    const alone = await searchGallery(search);
    expect(Math.min(...alone.ranks)).toBe(0);
    for (const found of await inRanks(3, collective => searchGallery({...search, collective}))) {
      expect(found).toEqual(alone);
    }
  });
});

describeOnBackends('identifySets', () => {
  it('averages over gallery sets what each gives, counted one by one', async () => {
    const labels = Array.from({length: 60}, (_, i) => i % 30);
    const probes = faces(5, labels, 4);
    const galleries = [0, 1].map(set => {
      const ids = Array.from({length: 12}, (_, i) => 12 * set + i);
      const random = testRandom(6 + set);
      const rows = ids.map(id => probes[id].map(value => value + 0.7 * random.normal()));
      return {ids, rows};
    });
    const found = await identifySets({
      probes: {embeddings: rowsOf(probes), labels},
      galleries: galleries.map(({ids, rows}) => ({embeddings: rowsOf(rows), labels: ids})),
      ranks: [1, 5],
      fpirs: [0.1, 0.3],
    });
    const each = galleries.map(({ids, rows}) => {
      const searched = probes.map((probe, i) => {
        const scores = rows.map(row => cosine(probe, row));
        const place = ids.indexOf(labels[i]);
        const rank = place < 0 ? 0 : scores.filter(score => score >= scores[place]).length;
        return {rank, mate: scores[place], best: Math.max(...scores)};
      });
      const enrolled = searched.filter(({rank}) => rank > 0);
      const strangers = searched
        .filter(({rank}) => rank === 0)
        .map(({best}) => best)
        .sort((a, b) => b - a);
      return {
        top: (rank: number) => enrolled.filter(probe => probe.rank <= rank).length / enrolled.length,
        tpir: (fpir: number) => {
          const bound = strangers[Math.floor(fpir * strangers.length + 1e-9)];
          return enrolled.filter(({rank, mate}) => rank === 1 && mate > bound).length / enrolled.length;
        },
      };
    });
    for (const {rank, rate} of found.ranks) {
      expect(rate).toBeCloseTo((each[0].top(rank) + each[1].top(rank)) / 2, 12);
    }
    for (const {fpir, tpir} of found.tpirs) {
      expect(tpir).toBeCloseTo((each[0].tpir(fpir) + each[1].tpir(fpir)) / 2, 12);
    }
    expect(found.tpirs[0].warning).toContain('FAR 0.1 of 36 strangers is 3.6 false accepts');
    expect(found.searches).toHaveLength(2);
  });
});

describeOnBackends('retrievalFigures', () => {
  it('are those of the lists of neighbors, one by one', async () => {
    const ids = [0, 0, 0, 0, 1, 1, 2, 3, 3, 3];
    const rows = faces(8, ids, 3, 1.2);
    const lists = rows.map((row, i) =>
      [...rows.keys()].filter(j => j !== i).sort((a, b) => cosine(row, rows[b]) - cosine(row, rows[a])),
    );
    const queries = ids.flatMap((id, i) => {
      const r = ids.filter(other => other === id).length - 1;
      if (r === 0) return [];
      const hits = lists[i].slice(0, r).map(j => Number(ids[j] === id));
      const precisions = hits.map((hit, k) => (hit * hits.slice(0, k + 1).reduce((a, b) => a + b)) / (k + 1));
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
      return [{first: hits[0], r: sum(hits) / r, map: sum(precisions) / r}];
    });
    const mean = (of: (query: (typeof queries)[number]) => number) =>
      queries.reduce((total, query) => total + of(query), 0) / queries.length;
    const found = await retrievalFigures(rowsOf(rows), ids);
    expect(found.queries).toBe(9);
    expect(found.precisionAt1).toBeCloseTo(
      mean(query => query.first),
      12,
    );
    expect(found.rPrecision).toBeCloseTo(
      mean(query => query.r),
      12,
    );
    expect(found.mapAtR).toBeCloseTo(
      mean(query => query.map),
      12,
    );
  });

  it('need somebody with two images', async () => {
    await expect(retrievalFigures({values: [1, 0, 0, 1], dimension: 2}, ['ann', 'bo'])).rejects.toThrow(
      'retrievalFigures: ids must give somebody two images, but all 2 are of different people.',
    );
  });
});
