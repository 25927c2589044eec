import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {allPairsScores} from '../../../src/evaluate/verification/allPairsScores';
import {pairScores} from '../../../src/evaluate/verification/pairDistances';
import {roc} from '../../../src/evaluate/verification/roc';
import {tarAtFar} from '../../../src/evaluate/verification/tarAtFar';
import {describeOnBackends} from '../../support/backends';
import {inRanks} from '../../support/inRanks';
import {testRandom} from '../../support/random';

/** Faces around the directions of their people, so that genuine and impostor cosines overlap. */
function someFaces(seed: number, people: number, images: number, dimension = 6) {
  const random = testRandom(seed);
  const directions = Array.from({length: people * dimension}, () => random.normal());
  const ids = Array.from({length: people * images}, (_, i) => i % people);
  const values = ids.flatMap(id =>
    Array.from({length: dimension}, (_, d) => directions[id * dimension + d] + 0.8 * random.normal()),
  );
  return {embeddings: {values, dimension}, ids};
}

/** Every pair, scored one by one in float64. */
function listed({embeddings, ids}: ReturnType<typeof someFaces>) {
  const pairs = ids.flatMap((_, i) => ids.slice(i + 1).map((_, j) => ({a: i, b: i + 1 + j})));
  const scores = pairScores(embeddings, pairs);
  return {pairs, scores, same: pairs.map(({a, b}) => ids[a] === ids[b])};
}

describeOnBackends('allPairsScores', () => {
  it('counts every pair, and keeps no tensor', async () => {
    const faces = someFaces(1, 12, 4);
    const before = tf.memory().numTensors;
    const all = await allPairsScores(faces.embeddings, faces.ids);
    expect(tf.memory().numTensors).toBe(before);
    const {scores, same} = listed(faces);
    expect([all.genuine, all.impostors]).toEqual([12 * 6, (48 * 47) / 2 - 72]);
    for (const kind of ['genuine', 'impostors'] as const) {
      const sum = all.bins[kind].reduce((total, count, bin) => total + count * (bin / 32768 - 1), 0);
      const own = scores.filter((_, i) => Boolean(same[i]) === (kind === 'genuine'));
      expect(all.bins[kind].reduce((total, count) => total + count)).toBe(own.length);
      // A step is 1/32768 wide, and a cosine is counted at its beginning.
      expect(
        Math.abs(sum / own.length - own.reduce((total, score) => total + score) / own.length),
      ).toBeLessThan(1 / 32768);
    }
  });

  it('gives the curve of the list of all pairs', async () => {
    const faces = someFaces(2, 10, 5);
    const {scores, same} = listed(faces);
    const [found, expected] = [
      roc(await allPairsScores(faces.embeddings, faces.ids), {dropIntermediate: false}),
      roc({scores: Float32Array.from(scores), same}, {dropIntermediate: false}),
    ];
    expect([found.genuine, found.impostors]).toEqual([expected.genuine, expected.impostors]);
    for (const far of [0, 1e-3, 0.01, 0.1, 0.5, 1]) {
      const at = (curve: typeof found) => curve.tar[curve.far.filter(rate => rate <= far).length - 1];
      expect(at(found)).toBeCloseTo(at(expected), 10);
    }
  });
});

describe('allPairsScores', () => {
  beforeAll(() => useBackend('wasm'));

  it('keeps the hardest pairs exactly, and of the others what steps tell', async () => {
    const faces = someFaces(3, 60, 6);
    const {pairs, scores, same} = listed(faces);
    const all = await allPairsScores(faces.embeddings, faces.ids, {exact: 500});
    const order = (isGenuine: boolean, sign: number) =>
      [...scores.keys()]
        .filter(i => same[i] === isGenuine)
        .sort((i, j) => sign * (scores[i] - scores[j]))
        .slice(0, 500);
    for (const [hardest, expected] of [
      [all.hardestGenuine, order(true, 1)],
      [all.hardestImpostors, order(false, -1)],
    ] as const) {
      expect(hardest.scores).toHaveLength(500);
      hardest.scores.forEach((score, i) => {
        expect(Math.abs(score - scores[expected[i]])).toBeLessThan(1e-6);
        const place = pairs.findIndex(({a, b}) => a === hardest.a[i] && b === hardest.b[i]);
        expect(Math.abs(scores[place] - score)).toBeLessThan(1e-6);
      });
    }
    // 500 of 63,720 impostor pairs reach to FAR 0.0078: exact there, to the width of a step beyond.
    const list = {scores, same};
    for (const [far, digits] of [
      [0, 12],
      [1e-3, 12],
      [7e-3, 12],
      [0.05, 3],
      [0.3, 3],
    ]) {
      const [found, expected] = [all, list].map(of => tarAtFar(of, [far], {interpolation: 'floor'})[0]);
      expect(found.impostors).toBe((360 * 359) / 2 - 60 * 15);
      expect(found.tar).toBeCloseTo(expected.tar, digits);
      expect(Math.abs(found.farOfThreshold - expected.farOfThreshold)).toBeLessThan(
        digits === 12 ? 1e-12 : 1e-3,
      );
    }
  });

  it('warns where the pairs do not support a rate', async () => {
    const faces = someFaces(4, 20, 3);
    const all = await allPairsScores(faces.embeddings, faces.ids);
    const [few, enough] = tarAtFar(all, [1e-6, 0.1]);
    expect(few.warning).toContain('FAR 0.000001 of 1710 impostor pairs is 0.00171 false accepts');
    expect(enough.warning).toBeUndefined();
  });

  it('gives every rank of a collective the whole result', async () => {
    const faces = someFaces(5, 500, 3, 4);
    const alone = await allPairsScores(faces.embeddings, faces.ids, {exact: 100});
    const shared = await inRanks(3, collective =>
      allPairsScores(faces.embeddings, faces.ids, {exact: 100, collective}),
    );
    for (const all of shared) expect(all).toEqual(alone);
  });

  it('takes names, and tells its progress', async () => {
    const parts: number[] = [];
    const embeddings = {values: [1, 0, 0.9, 0.1, 0, 1, 0.1, 1], dimension: 2};
    const all = await allPairsScores(embeddings, ['ann', 'ann', 'bo', 'bo'], {
      onProgress: part => parts.push(part),
    });
    expect([all.genuine, all.impostors, ...parts]).toEqual([2, 4, 1]);
    expect([...all.people]).toEqual([0, 0, 1, 1]);
  });

  it('has, for directions spread evenly, the true accept rate that a formula gives', async () => {
    // Two images a person: x, and c x + √(1 − c²) y with y at right angles to x and c even from 0.5 to 1. Each image alone is spread
    // evenly over the sphere of 3 dimensions, where P(cos ≥ t) = (1 − t)/2. So TAR at FAR f is 4f, for f below 0.25.
    const random = testRandom(6);
    const values: number[] = [];
    const unit = (v: number[]) => v.map(value => value / Math.hypot(...v));
    for (let person = 0; person < 2000; person++) {
      const x = unit([random.normal(), random.normal(), random.normal()]);
      const z = [random.normal(), random.normal(), random.normal()];
      const along = x.reduce((sum, value, d) => sum + value * z[d], 0);
      const y = unit(z.map((value, d) => value - along * x[d]));
      const c = random.uniform(0.5, 1);
      values.push(...x, ...x.map((value, d) => c * value + Math.sqrt(1 - c * c) * y[d]));
    }
    const ids = Array.from({length: 4000}, (_, i) => i >> 1);
    const all = await allPairsScores({values, dimension: 3}, ids);
    for (const {far, tar} of tarAtFar(all, [0.01, 0.05, 0.1, 0.2])) {
      // The standard deviation of a rate of 2,000 genuine pairs, times four.
      expect(Math.abs(tar - 4 * far)).toBeLessThan(4 * Math.sqrt((4 * far * (1 - 4 * far)) / 2000));
    }
  });

  it('names what is wrong with its arguments', async () => {
    const two = {values: [1, 0, 0, 1], dimension: 2};
    await expect(allPairsScores(two, [1])).rejects.toThrow(
      'allPairsScores: ids must have one value for each of 2 embeddings, but has 1.',
    );
    await expect(allPairsScores(two, [1, 0.5])).rejects.toThrow(
      'allPairsScores: ids[1] must be a whole number or a name, but is 0.5.',
    );
    await expect(allPairsScores(two, [1, 1])).rejects.toThrow('but all 2 images are of one person.');
    await expect(allPairsScores(two, [1, 2])).rejects.toThrow('but all 2 images are of different people.');
    await expect(allPairsScores(two, [1, 2], {exact: 0})).rejects.toThrow('exact must be a whole number');
  });
});
