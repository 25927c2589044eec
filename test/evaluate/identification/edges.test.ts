import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {cmc} from '../../../src/evaluate/identification/cmc';
import {openSetIdentification} from '../../../src/evaluate/identification/openSetIdentification';
import {searchGallery} from '../../../src/evaluate/identification/searchGallery';

beforeAll(() => useBackend('cpu'));

const unit = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const rows = (...degrees: number[]) => ({values: degrees.flatMap(unit), dimension: 2});
const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);

describe('searchGallery', () => {
  it('takes the best of an identity’s embeddings, and the best of the others', async () => {
    const found = await searchGallery({
      probes: rows(0, 90, 10),
      probeLabels: [5, 7, 99],
      gallery: rows(60, 20, 50, 80, 40),
      galleryLabels: [5, 5, 5, 7, 8],
      distractors: rows(10),
    });
    // Of the first probe its own is 20° away, and the distractor is nearer.
    expect([...found.ranks]).toEqual([2, 1, 0]);
    const close = (actual: ArrayLike<number>, expected: number[]) => {
      for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
    };
    close(found.mateScores, [cosine(20), cosine(10)]);
    expect(found.mateScores[2]).toBeNaN();
    close(found.otherScores, [cosine(10), cosine(30), 1]);
  });

  it('has no other score where there is no other', async () => {
    const {ranks, otherScores} = await searchGallery({
      probes: rows(0),
      probeLabels: [1],
      gallery: rows(30, 50),
      galleryLabels: [1, 1],
    });
    expect([...ranks, ...otherScores]).toEqual([1, -Infinity]);
  });

  it('takes scores within a millionth for a tie, which counts against the probe', async () => {
    const ranks = async (degrees: number) => {
      const found = await searchGallery({
        probes: rows(0),
        probeLabels: [1],
        gallery: rows(30, degrees),
        galleryLabels: [1, 2],
      });
      return found.ranks[0];
    };
    // A cosine falls by half a degree's sine there: 1e-6 is 1.1e-4 degrees.
    expect([await ranks(30), await ranks(30.00005), await ranks(30.0003), await ranks(29.9)]).toEqual([
      2, 2, 1, 2,
    ]);
  });

  it('compares embeddings of any length, none of which is a direction for one of length zero', async () => {
    const before = tf.memory().numTensors;
    const {ranks, mateScores} = await searchGallery({
      probes: {values: [1e-6, 0, 1e4, 1e4, 0, 0], dimension: 2},
      probeLabels: [1, 2, 1],
      gallery: {values: [300, 3, 0.02, 0.02], dimension: 2},
      galleryLabels: [1, 2],
    });
    expect([...ranks]).toEqual([1, 1, 2]);
    expect(mateScores[0]).toBeCloseTo(1 / Math.hypot(1, 0.01), 5);
    expect(mateScores[1]).toBeCloseTo(1, 5);
    expect(mateScores[2]).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('asks for embeddings of one dimension, and a probe', async () => {
    const given = {probes: rows(0), probeLabels: [1], gallery: rows(0), galleryLabels: [1]};
    await expect(
      searchGallery({...given, probes: {values: [], dimension: 2}, probeLabels: []}),
    ).rejects.toThrow('probes must hold at least one embedding, but holds none');
    await expect(searchGallery({...given, gallery: {values: [1, 2, 3], dimension: 3}})).rejects.toThrow(
      'gallery must have the dimension of probes, 2, but has 3',
    );
    for (const dimension of [0, -2, 0.5]) {
      await expect(searchGallery({...given, probes: {values: [1, 2], dimension}})).rejects.toThrow(
        'rows of dimension',
      );
    }
    await expect(searchGallery({...given, probeLabels: [1, 2]})).rejects.toThrow(
      'one label for each of 1 embeddings',
    );
  });
});

describe('cmc', () => {
  it('has twenty ranks where nothing is said, and counts enrolled probes alone', () => {
    const found = cmc({ranks: [1, 20, 21, 0, 0]});
    expect(found).toHaveLength(20);
    expect([found[0], found[18], found[19]]).toEqual([1 / 3, 1 / 3, 2 / 3]);
  });
});

describe('openSetIdentification', () => {
  const search = {
    ranks: [1, 1, 2, 0, 0, 0, 0],
    mateScores: [0.9, 0.6, 0.7, ...Array(4).fill(Number.NaN)],
    otherScores: [0.1, 0.2, 0.8, 0.65, 0.5, 0.4, 0.3],
  };

  it.each<[far: number, rank: number | undefined, threshold: number | undefined, dir: number, farOf: number]>(
    [
      [0, undefined, 0.9, 1 / 3, 0],
      [0, 2, 0.7, 2 / 3, 0],
      [0.25, undefined, 0.6, 2 / 3, 0.25],
      [0.26, undefined, 0.6, 2 / 3, 0.25],
      [0.5, 2, 0.5, 1, 0.5],
      [1, undefined, 0.3, 2 / 3, 1],
    ],
  )(
    'at a false alarm rate of %d up to rank %d has the threshold %d',
    (far, rank, threshold, dir, farOfThreshold) => {
      const [found] = openSetIdentification(search, [far], rank === undefined ? {} : {rank});
      expect(found).toMatchObject({far, dir, farOfThreshold, enrolled: 3, strangers: 4});
      expect(found.threshold).toBe(threshold);
    },
  );

  it('refuses a rank or a rate that is none', () => {
    for (const rank of [0, 1.5])
      expect(() => openSetIdentification(search, [0.5], {rank})).toThrow('rank must be');
    expect(() => openSetIdentification(search, [0, 1.01])).toThrow('fars[1] must be a number from 0 to 1');
    expect(() => openSetIdentification({...search, ranks: Array(7).fill(0)}, [0.5])).toThrow(
      'but 0 of 7 are',
    );
  });
});
