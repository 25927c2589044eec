import {describe, expect, it} from 'vitest';
import {randomMatrix, randomVector, testRandom} from '../support/random';
import {centralDifference, relativeError} from './centralDifference';
import {allPairs, type ContrastiveOptions, contrastive} from './contrastive';
import {type DistanceName, distanceMatrix} from './distances';
import {batchAll} from './mining';
import {meanOver} from './termsLoss';
import {type TripletOptions, triplet} from './triplet';
import {dot, type Matrix} from './vectors';

const random = testRandom(5);
const embeddings = randomMatrix(random, 7, 4, 0.6);
const labels = [0, 1, 0, 2, 1, 0, 2];
const distanceNames: DistanceName[] = ['squared', 'euclidean', 'cosine'];

function expectTrueGradient(
  upstream: number[],
  loss: (x: Matrix) => {losses: number[]; gradients: {embeddings: number[][]}},
) {
  const numeric = centralDifference(x => dot(upstream, loss(x).losses), embeddings);
  expect(relativeError(loss(embeddings).gradients.embeddings, numeric)).toBeLessThan(1e-6);
}

describe.each(distanceNames)('%s distance', distance => {
  describe.each([false, true])('normalize %s', normalize => {
    it.each<ContrastiveOptions>([
      {power: 2},
      {power: 1, margin: 0.9},
      {power: 2, positiveMargin: 0.2},
      {power: 1, positiveMargin: 0.3, margin: 1.2},
    ])('contrastive %j has the gradient of its value', options => {
      const pairs = allPairs(labels);
      const upstream = randomVector(random, pairs.length);
      expectTrueGradient(upstream, x =>
        contrastive({embeddings: x, pairs, upstream}, {...options, distance, normalize}),
      );
    });

    it.each<TripletOptions>([{margin: 0.2}, {soft: true}, {soft: true, margin: 0.5}])(
      'triplet %j has the gradient of its value',
      options => {
        const triplets = batchAll(labels);
        const upstream = randomVector(random, triplets.length);
        expectTrueGradient(upstream, x =>
          triplet({embeddings: x, triplets, upstream}, {...options, distance, normalize}),
        );
      },
    );
  });
});

it('computes the three distances', () => {
  const points = [
    [3, 0],
    [0, 4],
  ];
  expect(distanceMatrix(points, 'squared')[0][1]).toBe(25);
  expect(distanceMatrix(points, 'euclidean')[0][1]).toBe(5);
  expect(distanceMatrix(points, 'cosine')[0][1]).toBeCloseTo(1, 12);
});

it('contrastive is DeepID2’s by default: ½d² and ½max(0, 1 − d)²', () => {
  const {losses} = contrastive({
    embeddings: [[0], [0.6], [3]],
    pairs: [
      {first: 0, second: 1, same: true},
      {first: 0, second: 1, same: false},
      {first: 0, second: 2, same: false},
    ],
  });
  expect(losses[0]).toBeCloseTo(0.18, 12);
  expect(losses[1]).toBeCloseTo(0.08, 12);
  expect(losses[2]).toBe(0);
});

it('has a zero gradient, not NaN, between equal points', () => {
  const equal = {
    embeddings: [
      [1, 2],
      [1, 2],
    ],
    pairs: [{first: 0, second: 1, same: true}],
  };
  for (const distance of distanceNames) {
    for (const power of [1, 2] as const) {
      const {losses, gradients} = contrastive(equal, {distance, power});
      expect(losses[0]).toBeCloseTo(0, 15);
      expect(Math.max(...gradients.embeddings.flat().map(Math.abs))).toBeLessThan(1e-15);
    }
  }
});

it('collapsed triplets lose exactly the margin, or ln 2 when soft', () => {
  const collapsed = {
    embeddings: [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    triplets: [{anchor: 0, positive: 1, negative: 2}],
  };
  expect(triplet(collapsed, {margin: 0.3}).losses[0]).toBeCloseTo(0.3, 12);
  expect(triplet(collapsed, {soft: true}).losses[0]).toBeCloseTo(Math.LN2, 12);
});

it('softplus neither overflows nor vanishes', () => {
  const far = {embeddings: [[0], [2000], [1]], triplets: [{anchor: 0, positive: 1, negative: 2}]};
  expect(triplet(far, {soft: true}).losses[0]).toBe(1999);
  const near = {embeddings: [[0], [1], [501]], triplets: [{anchor: 0, positive: 1, negative: 2}]};
  expect(triplet(near, {soft: true}).losses[0] / Math.exp(-500)).toBeCloseTo(1, 10);
});

it('the mean over active terms leaves out those without loss, and nothing gives 0 of 0', () => {
  expect(meanOver([0, 3, 1], 'active')).toEqual({loss: 2, count: 2, upstream: [0, 0.5, 0.5]});
  expect(meanOver([0, 3, 1], 'all').count).toBe(3);
  expect(meanOver([0, 0], 'active')).toEqual({loss: 0, count: 0, upstream: [0, 0]});
  expect(meanOver([], 'all')).toEqual({loss: 0, count: 0, upstream: []});
});
