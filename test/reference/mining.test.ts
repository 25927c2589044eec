import {describe, expect, it} from 'vitest';
import {randomMatrix, testRandom} from '../support/random';
import {distanceMatrix} from './distances';
import {distanceWeights, logInverseDensity} from './distanceWeighted';
import {batchAll, batchHard, marginTriplets, semiHard} from './mining';
import {normalized, sum} from './vectors';

/** Points on a line, so that every distance can be read off. */
const points = [[0], [1], [1.5], [3], [10]];
const labels = [0, 0, 1, 0, 1];
const distances = distanceMatrix(points, 'euclidean');

it('batch-all names every anchor, positive and negative once', () => {
  const all = batchAll(labels);
  expect(all).toHaveLength(3 * 2 * 2 + 2 * 1 * 3);
  expect(new Set(all.map(t => `${t.anchor} ${t.positive} ${t.negative}`)).size).toBe(all.length);
});

it('batch-hard takes the farthest positive and the nearest negative', () => {
  expect(batchHard(distances, labels)).toEqual([
    {anchor: 0, positive: 3, negative: 2},
    {anchor: 1, positive: 3, negative: 2},
    {anchor: 2, positive: 4, negative: 1},
    {anchor: 3, positive: 0, negative: 2},
    {anchor: 4, positive: 2, negative: 3},
  ]);
});

it('semi-hard takes the nearest negative beyond the positive, else the farthest', () => {
  const mined = semiHard(distances, labels);
  expect(mined).toContainEqual({anchor: 0, positive: 1, negative: 2});
  expect(mined).toContainEqual({anchor: 0, positive: 3, negative: 4});
  expect(mined).toContainEqual({anchor: 2, positive: 4, negative: 0});
  expect(mined).toHaveLength(3 * 2 + 2);
});

it('the margin miner parts the triplets by d_an − d_ap', () => {
  const count = (which: 'all' | 'hard' | 'semihard' | 'easy') =>
    marginTriplets(distances, labels, 0.7, which).length;
  expect(count('hard') + count('semihard')).toBe(count('all'));
  expect(count('all') + count('easy')).toBe(batchAll(labels).length);
  expect(marginTriplets(distances, labels, 0.7, 'semihard')).toEqual([
    {anchor: 0, positive: 1, negative: 2},
    {anchor: 4, positive: 2, negative: 1},
  ]);
});

it.each([
  ['one class', [1, 1, 1, 1, 1]],
  ['all classes different', [0, 1, 2, 3, 4]],
])('finds nothing in a batch with %s', (_, batch) => {
  expect(batchAll(batch)).toEqual([]);
  expect(batchHard(distances, batch)).toEqual([]);
  expect(semiHard(distances, batch)).toEqual([]);
});

describe('distance weighting', () => {
  const random = testRandom(9);
  const unit = randomMatrix(random, 8, 5).map(normalized);
  const batch = [0, 1, 0, 1, 2, 2, 0, 1];
  const weights = distanceWeights(distanceMatrix(unit, 'euclidean'), batch, 5);

  it('gives each anchor probabilities over its negatives within the cutoff', () => {
    weights.forEach((row, anchor) => {
      const total = sum(row);
      if (total !== 0) expect(total).toBeCloseTo(1, 12);
      row.forEach((weight, other) => {
        if (batch[other] === batch[anchor]) expect(weight).toBe(0);
      });
    });
    expect(sum(weights.map(sum))).toBeGreaterThan(5);
  });

  it('undoes the density of distances on the sphere', () => {
    // In three dimensions the density of the distance D is D/2: w must be proportional to 1/D.
    expect(logInverseDensity(1.3, 3) - logInverseDensity(0.7, 3)).toBeCloseTo(Math.log(0.7 / 1.3), 12);
    // In the plane it is 1/(π√(1 − D²/4)).
    expect(logInverseDensity(1.3, 2)).toBeCloseTo(Math.log(Math.sqrt(1 - 1.3 ** 2 / 4)), 12);
  });

  it('treats everything nearer than the cutoff alike, and gives nothing beyond the other', () => {
    const [row] = distanceWeights([[0, 0.1, 0.5, 1.4, 2]], [0, 1, 1, 1, 1], 16);
    expect(row).toEqual([0, 0.5, 0.5, 0, 0]);
    expect(distanceWeights([[0, 1.5, 2]], [0, 1, 1], 16)).toEqual([[0, 0, 0]]);
  });
});
