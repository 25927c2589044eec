import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {cmc} from '../../../src/evaluate/identification/cmc';
import {openSetIdentification} from '../../../src/evaluate/identification/openSetIdentification';
import {searchGallery} from '../../../src/evaluate/identification/searchGallery';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, testRandom} from '../../support/random';
import {apart, embeddingCases, rowsOf} from '../fixtures';

const {probes, probeLabels, gallery, galleryLabels, distractors, plain, distracted} =
  embeddingCases().identification;
const people = {probes: rowsOf(probes), probeLabels, gallery: rowsOf(gallery), galleryLabels};

describeOnBackends('searchGallery', () => {
  it.each([
    ['without distractors', {}, plain],
    ['with distractors', {distractors: rowsOf(distractors)}, distracted],
  ])('finds ranks and scores as counted one by one, %s, and keeps no tensor', async (_, more, golden) => {
    const before = tf.memory().numTensors;
    const found = await searchGallery({...people, ...more});
    expect(tf.memory().numTensors).toBe(before);
    expect(Array.from(found.ranks)).toEqual(golden.ranks);
    expect(apart(found.otherScores, golden.others)).toBeLessThan(1e-6);
    const enrolled = golden.mates.flatMap((mate, i) => (mate === null ? [] : [i]));
    expect(
      apart(
        enrolled.map(i => found.mateScores[i]),
        enrolled.map(i => golden.mates[i] ?? 0),
      ),
    ).toBeLessThan(1e-6);
    expect(found.mateScores.filter(Number.isNaN)).toHaveLength(probes.length - enrolled.length);
  });

  it.each([1e-300, 1e-38, 1e-20, 1e-15, 1e19, 1e25, 1e38, 1e300])(
    'finds the same for embeddings %d times as long, among others that are not, of identities up to 2³¹',
    async size => {
      const sized = (rows: number[][], from: number) =>
        rowsOf(rows.map((row, i) => row.map(value => (i % 2 === from ? value * size : value))));
      const far = (labels: ArrayLike<number>) => Array.from(labels, label => 2 ** 31 - 1 - label);
      const found = await searchGallery({
        probes: sized(probes, 0),
        probeLabels: far(probeLabels),
        gallery: sized(gallery, 1),
        galleryLabels: far(galleryLabels),
        distractors: sized(distractors, 0),
      });
      expect(Array.from(found.ranks)).toEqual(distracted.ranks);
      expect(apart(found.otherScores, distracted.others)).toBeLessThan(1e-6);
    },
  );

  it('finds nobody where all embeddings are alike', async () => {
    const alike = (rows: number) => rowsOf(Array.from({length: rows}, () => [0.3, 0.1, -0.7]));
    const {ranks} = await searchGallery({
      probes: alike(3),
      probeLabels: [0, 1, 2],
      gallery: alike(3),
      galleryLabels: [0, 1, 2],
      distractors: alike(10),
    });
    expect(Array.from(ranks)).toEqual([13, 13, 13]);
  });
});

describe('searchGallery', () => {
  it('comes to the same over many blocks of probes and of the gallery', async () => {
    const random = testRandom(5);
    const many = rowsOf(randomMatrix(random, 9000, 4));
    const labels = Array.from({length: 9000}, (_, i) => i);
    // The probes are rows of the gallery, the last ones from its second block.
    const some = rowsOf(
      [...Array(300).keys()].map(i => Array.from(many.values.slice(4 * (8900 - i), 4 * (8901 - i)))),
    );
    const probeLabels = [...Array(300).keys()].map(i => 8900 - i);
    const {ranks, mateScores} = await searchGallery({
      probes: some,
      probeLabels,
      gallery: many,
      galleryLabels: labels,
    });
    expect(new Set(ranks)).toEqual(new Set([1]));
    expect(
      apart(
        mateScores,
        mateScores.map(() => 1),
      ),
    ).toBeLessThan(1e-6);
  });

  it('names what is wrong with its arguments', async () => {
    const search = (change: object) => searchGallery({...people, ...change});
    await expect(search({probeLabels: [1]})).rejects.toThrow(
      'probes must have one label for each of 40 embeddings, but has 1',
    );
    await expect(search({galleryLabels: []})).rejects.toThrow(
      'gallery must have one label for each of 10 embeddings, but has 0',
    );
    for (const wrong of [0.5, Number.NaN]) {
      const some = (labels: ArrayLike<number>) => Array.from(labels, (label, i) => (i === 2 ? wrong : label));
      await expect(search({probeLabels: some(probeLabels)})).rejects.toThrow(
        `searchGallery: probeLabels[2] must be a whole number, but is ${wrong}`,
      );
      await expect(search({galleryLabels: some(galleryLabels)})).rejects.toThrow(
        `searchGallery: galleryLabels[2] must be a whole number, but is ${wrong}`,
      );
    }
    await expect(search({gallery: {values: [], dimension: 4}, galleryLabels: []})).rejects.toThrow(
      'gallery must hold at least one embedding, but holds none',
    );
    await expect(search({distractors: {values: [1, 2], dimension: 2}})).rejects.toThrow(
      'distractors must have the dimension of probes, 4, but has 2',
    );
    await expect(search({gallery: {values: [1, 2, 3, Number.NaN], dimension: 4}})).rejects.toThrow(
      'gallery must hold finite numbers, but row 0 holds NaN',
    );
  });
});

describe.each([
  ['without distractors', plain],
  ['with distractors', distracted],
])('identification %s', (_, golden) => {
  const search = {
    ranks: golden.ranks,
    mateScores: golden.mates.map(mate => mate ?? Number.NaN),
    otherScores: golden.others,
  };

  it('has the cumulative match characteristic as counted', () => {
    expect(apart(cmc(search, 8), golden.cmc)).toBeLessThan(1e-12);
  });

  it('has the detection and identification rate of the best threshold that keeps the false alarm rate', () => {
    for (const {far, rank, dir} of golden.rates) {
      const [rate] = openSetIdentification(search, [far], {rank});
      expect(rate.dir).toBeCloseTo(dir, 12);
      expect(rate.farOfThreshold).toBeLessThanOrEqual(far);
      expect(rate.enrolled + rate.strangers).toBe(probes.length);
      if (far < 1) expect(rate.warning).toMatch('of 12 probes who are not enrolled');
      else expect(rate.warning).toBeUndefined();
    }
  });
});

describe('cmc and openSetIdentification', () => {
  it('have no threshold where nobody may be reported', () => {
    const search = {ranks: [1, 0], mateScores: [0.5, Number.NaN], otherScores: [0, 0.9]};
    const [rate] = openSetIdentification(search, [0]);
    expect(rate).toMatchObject({dir: 0, farOfThreshold: 0});
    expect('threshold' in rate).toBe(false);
  });

  it('ask for probes of the kinds they need', () => {
    expect(() => cmc({ranks: [0, 0]})).toThrow(
      'the gallery must have the label of some probe, but has none of 2',
    );
    expect(() => cmc({ranks: [1]}, 0)).toThrow('ranks must be a whole number of 1 or more, but is 0');
    const search = {ranks: [1, 1], mateScores: [1, 1], otherScores: [0, 0]};
    expect(() => openSetIdentification(search, [0.1])).toThrow(
      'some probes must be enrolled and some not, but 2 of 2 are',
    );
    expect(() => openSetIdentification(search, [-1])).toThrow(
      'fars[0] must be a number from 0 to 1, but is -1',
    );
  });
});
