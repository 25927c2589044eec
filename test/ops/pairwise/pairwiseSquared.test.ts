import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {pairwiseSquared, pairwiseSquaredGradient} from '../../../src/ops/pairwise/pairwiseSquared';
import {relativeError} from '../../reference/centralDifference';
import {distanceMatrix} from '../../reference/distances';
import {minus, normalized, plus} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, randomVector, testRandom} from '../../support/random';

/** Some vectors, and beside the first of them others at the given distances. */
function withNeighbors(dimension: number, distances: number[]): number[][] {
  const random = testRandom(17);
  const rows = randomMatrix(random, 20, dimension).map(normalized);
  for (const distance of distances) {
    rows.push(plus(rows[0], normalized(randomVector(random, dimension)), distance));
  }
  return rows.map(row => row.map(Math.fround));
}

const squared = (rows: number[][]) =>
  tf.tidy(() => pairwiseSquared(tf.tensor2d(rows)).arraySync()) as number[][];

describeOnBackends('squared distances between rows', () => {
  it.each([2, 3, 64, 512, 2048])('keep their digits for near rows of %i dimensions', dimension => {
    const near = [1e-3, 3e-3, 1e-2, 0.1];
    const rows = withNeighbors(dimension, near);
    const actual = squared(rows);
    const expected = distanceMatrix(rows, 'squared');
    expect(relativeError(actual, expected)).toBeLessThan(1e-6);
    near.forEach((_, i) => {
      const exact = expected[0][20 + i];
      expect(Math.abs(actual[0][20 + i] - exact) / exact).toBeLessThan(1e-3);
    });
  });

  it.each([1, 2, 37, 512])(
    'are exactly zero between equal rows of %i dimensions, and never negative',
    dimension => {
      const rows = withNeighbors(dimension, [0, 0, 1e-7, 1e-6, 1e-5]);
      const actual = squared([...rows, ...rows]);
      rows.forEach((_, i) => {
        expect(actual[i][i] === 0 && actual[i][rows.length + i] === 0).toBe(true);
      });
      expect(actual.flat().every(value => value >= 0)).toBe(true);
    },
  );

  it.each([1e-12, 1, 1e7])('do not depend on the size of the rows, %f', size => {
    const rows = withNeighbors(8, [1e-2]).map(row => row.map(value => Math.fround(value * size)));
    expect(relativeError(squared(rows), distanceMatrix(rows, 'squared'))).toBeLessThan(1e-6);
    expect(
      squared([
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('have a gradient for slopes that are not symmetric', () => {
    const random = testRandom(18);
    const rows = randomMatrix(random, 7, 5).map(row => row.map(Math.fround));
    const slopes = randomMatrix(random, 7, 7);
    const actual = tf.tidy(() =>
      pairwiseSquaredGradient(tf.tensor2d(rows), tf.tensor2d(slopes)).arraySync(),
    ) as number[][];
    const expected = rows.map((a, i) =>
      rows.reduce(
        (total, b, j) => plus(total, minus(a, b), 2 * (slopes[i][j] + slopes[j][i])),
        a.map(() => 0),
      ),
    );
    expect(relativeError(actual, expected)).toBeLessThan(1e-5);
  });
});
