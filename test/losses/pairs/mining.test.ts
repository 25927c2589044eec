import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {comparedLabels} from '../../../src/losses/pairs/miners/comparedLabels';
import {distanceWeighted, distanceWeights} from '../../../src/losses/pairs/miners/distanceWeighted';
import {inAnchorBlocks} from '../../../src/losses/pairs/miners/inAnchorBlocks';
import type {Penalty} from '../../../src/losses/pairs/miners/miner';
import {tripletLoss} from '../../../src/losses/pairs/tripletLoss';
import {relativeError} from '../../reference/centralDifference';
import {type DistanceName, distanceMatrix} from '../../reference/distances';
import * as reference from '../../reference/distanceWeighted';
import {termsLoss} from '../../reference/termsLoss';
import {normalized, sum} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {evaluateLoss} from '../../support/evaluateLoss';
import {randomLabels, randomMatrix, testRandom} from '../../support/random';

const distanceNames: DistanceName[] = ['squared', 'euclidean', 'cosine'];

const CUTOFFS = {cutoff: 0.5, nonzeroCutoff: 1.4};

/** A batch as miners see it, with its float64 distances. */
function minedBatch(embeddings: number[][], labels: number[]) {
  const distances = distanceMatrix(embeddings.map(normalized), 'euclidean');
  const batch = {
    distances: tf.tensor2d(distances),
    squared: tf.tensor2d(distances.map(row => row.map(d => d * d))),
    ...comparedLabels(tf.tensor1d(labels, 'int32')),
    dimension: embeddings[0].length,
  };
  return {distances, batch};
}

/** Costs every triplet its violation, so that slopes count how often a pair was picked. */
const counting: Penalty = {margin: 0, value: v => v, slope: v => tf.onesLike(v)};

/** Labels with a rare class and a common one; class 1 is opposite to the others, beyond the last cutoff from all of them. */
function example(dimension: number) {
  const random = testRandom(51);
  const labels = [0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 1];
  const size = Math.sqrt(dimension);
  const embeddings = randomMatrix(random, 12, dimension).map(([first, ...rest], i) =>
    labels[i] === 1 ? [-9 * size, ...rest] : [Math.abs(first) + size * (i % 3), ...rest],
  );
  return {embeddings, labels};
}

describeOnBackends('distance-weighted mining', () => {
  it.each([2, 3, 8, 128])('weighs negatives by the inverse of their density in %i dimensions', dimension => {
    const {embeddings, labels} = example(dimension);
    const {distances, batch} = minedBatch(embeddings, labels);
    const weights = tf.tidy(() => distanceWeights(batch, CUTOFFS).arraySync()) as number[][];
    const actual = weights.map(row => row.map(weight => weight / (sum(row) || 1)));
    expect(relativeError(actual, reference.distanceWeights(distances, labels, dimension))).toBeLessThan(1e-4);
    tf.dispose({...batch, dimension: []});
  });

  it('draws negatives as often as their weights say', () => {
    const {embeddings, labels} = example(3);
    const {distances, batch} = minedBatch(embeddings, labels);
    const expected = reference.distanceWeights(distances, labels, 3);
    const picked = labels.map(() => labels.map(() => 0));
    const draws = 400;
    for (let draw = 0; draw < draws; draw++) {
      const slopes = tf.tidy(() =>
        distanceWeighted(CUTOFFS, `draw ${draw}`)(batch, counting).slopes.arraySync(),
      );
      slopes.forEach((row, a) => {
        for (let n = 0; n < row.length; n++) picked[a][n] -= labels[a] === labels[n] ? 0 : row[n];
      });
    }
    labels.forEach((label, a) => {
      const positives = labels.filter(other => other === label).length - 1;
      labels.forEach((_, n) => {
        const mean = draws * positives * expected[a][n];
        // Six deviations of a binomial count.
        expect(Math.abs(picked[a][n] - mean)).toBeLessThanOrEqual(
          6 * Math.sqrt(mean * (1 - expected[a][n])) + 1e-3,
        );
      });
    });
    tf.dispose({...batch, dimension: []});
  });

  it('takes one negative for every positive pair whose anchor has one in range', () => {
    const {embeddings, labels} = example(3);
    const {distances, batch} = minedBatch(embeddings, labels);
    const weights = reference.distanceWeights(distances, labels, 3);
    const pairs = labels.flatMap((label, a) =>
      labels.flatMap((other, p) => (a !== p && label === other && sum(weights[a]) > 0 ? [1] : [])),
    ).length;
    const all = tf.tidy(() => distanceWeighted(CUTOFFS, 'x')(batch, counting).all.arraySync());
    expect(all).toBe(pairs);
    expect(pairs).toBe(5 * 4 + 3 * 2);
    tf.dispose({...batch, dimension: []});
  });

  it('draws the same for one seed, call by call, and anew at every call', () => {
    const {embeddings, labels} = example(16);
    const x = tf.tensor2d(embeddings);
    const ids = tf.tensor1d(labels, 'int32');
    const losses = (seed?: number) => {
      const loss = tripletLoss({mining: 'distance-weighted', seed, soft: true});
      return [1, 2, 3].map(() => tf.tidy(() => loss.loss(x, ids).arraySync()));
    };
    const [first, second, third] = losses(7);
    expect(losses(7)).toEqual([first, second, third]);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(losses(8)[0]).not.toBe(first);
    expect(losses()[0]).not.toBe(losses()[0]);
    tf.dispose([x, ids]);
  });

  it.each(distanceNames)('gives the mean and the gradient of what it drew, %s distance', distance => {
    const {embeddings, labels} = example(4);
    const {batch} = minedBatch(embeddings, labels);
    // What the first call of seed 3 draws; with a margin this wide no triplet is without loss.
    const {all, slopes} = tf.tidy(() => {
      const drawn = distanceWeighted(CUTOFFS, '3 0')(batch, counting);
      return {all: drawn.all.arraySync() as number, slopes: drawn.slopes.arraySync()};
    });
    const pairs = slopes.flatMap((row, first) => row.map((slope, second) => ({first, second, slope})));
    const expected = (upstream: number[]) =>
      termsLoss({embeddings, upstream}, pairs, {distance, normalize: true}, ({first, second}, between) => {
        const by = between(first, second);
        return {value: by.value, slopes: [{first, second, by, slope: 1}]};
      });
    const weights = pairs.map(({slope}) => slope / all);
    const {losses, gradients} = expected(weights);
    const loss = tripletLoss({mining: 'distance-weighted', seed: 3, margin: 10, distance});
    const actual = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [1]);
    expect(actual.value[0]).toBeCloseTo(10 + sum(losses.map((d, i) => d * weights[i])), 4);
    expect(relativeError(actual.gradient, gradients.embeddings)).toBeLessThan(1e-4);
    tf.dispose({...batch, dimension: []});
  });
});

describeOnBackends('anchor blocks', () => {
  it('give the whole batch, every anchor once, when it takes several', () => {
    const size = 165;
    const random = testRandom(53);
    const distances = tf.tensor2d(randomMatrix(random, size, size));
    const compared = comparedLabels(tf.tensor1d(randomLabels(random, size, 5), 'int32'));
    const starts: number[] = [];
    const terms = tf.tidy(() => {
      const found = inAnchorBlocks({distances, squared: distances, dimension: 1, ...compared}, anchors => {
        starts.push(anchors.start);
        const positives = tf.cast(anchors.positive, 'float32');
        return {
          sum: tf.sum(anchors.distances),
          all: tf.sum(positives),
          active: tf.sum(tf.cast(anchors.negative, 'float32')),
          slopes: tf.mul(anchors.distances, positives) as tf.Tensor2D,
        };
      });
      const expected = tf.mul(distances, tf.cast(compared.positive, 'float32'));
      return {
        counted: tf.add(found.all, found.active).arraySync(),
        sums: [found.sum, tf.sum(distances)].map(each => each.arraySync() as number),
        difference: tf.max(tf.abs(tf.sub(found.slopes, expected))).arraySync(),
      };
    });
    expect(starts).toEqual([0, 154]);
    expect(terms.counted).toBe(size * (size - 1));
    expect(terms.sums[0]).toBeCloseTo(terms.sums[1], 2);
    expect(terms.difference).toBe(0);
    tf.dispose([distances, ...Object.values(compared)]);
  });
});
