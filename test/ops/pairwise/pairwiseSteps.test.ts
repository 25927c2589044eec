import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {type PairwiseBatchOptions, pairwiseBatch} from '../../../src/ops/pairwise/pairwiseBatch';
import {type DistanceName, distanceNames, pairwiseDistance} from '../../../src/ops/pairwise/pairwiseDistance';
import {pairwiseGiven} from '../../../src/ops/pairwise/pairwiseGiven';
import {pairwiseRows, pairwiseRowsGradient} from '../../../src/ops/pairwise/pairwiseRows';
import {relativeError} from '../../reference/centralDifference';
import {distance, distanceMatrix} from '../../reference/distances';
import {normalized, plus, scaled, throughNormalization} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, testRandom} from '../../support/random';

const [first, second] = [43, 44].map(seed =>
  randomMatrix(testRandom(seed), 6, 4).map(row => row.map(Math.fround)),
);

/** How distances are asked for, and the reference's name of them on rows that are perhaps scaled to length 1. */
const asked = distanceNames.flatMap(name =>
  [false, true].map(normalize => ({
    distance: name,
    normalize,
    title: `${name}${normalize ? ', normalized' : ''}`,
  })),
);

const referenceOf = (name: DistanceName, normalize: boolean, a: number[], b: number[]) => {
  if (!normalize || name === 'cosine') return distance(name, a, b);
  const found = distance(name, normalized(a), normalized(b));
  return {...found, a: throughNormalization(a, found.a), b: throughNormalization(b, found.b)};
};

describeOnBackends('pairwise steps', () => {
  it('make each distance of the squared one, with its slope', () => {
    tf.tidy(() => {
      const squared = tf.tensor1d([4, 0, 0.25]);
      const found = (name: DistanceName) => {
        const {distance, slope} = pairwiseDistance(name, squared);
        return [distance, slope].map(tensor => [...tensor.dataSync()]);
      };
      expect(found('squared')).toEqual([
        [4, 0, 0.25],
        [1, 1, 1],
      ]);
      expect(found('cosine')).toEqual([
        [2, 0, 0.125],
        [0.5, 0.5, 0.5],
      ]);
      expect(found('euclidean')).toEqual([
        [2, 0, 0.5],
        [0.25, 0, 1],
      ]);
    });
  });

  it('scale rows to length 1, or shorten them to 2²⁴ and leave the others', () => {
    const rows = [
      [3, 4],
      [3e10, -4e10],
      [0.3, 0.4],
      [0, 0],
    ];
    tf.tidy(() => {
      const plain = pairwiseRows(tf.tensor2d(rows), false);
      const shortened = scaled([0.6, -0.8], 2 ** 24);
      expect(relativeError(plain.rows.arraySync(), [[3, 4], shortened, [0.3, 0.4], [0, 0]])).toBeLessThan(
        1e-6,
      );
      expect(plain.rows.arraySync()[2][0]).toBeCloseTo(0.3, 6);
      expect([0, 2, 3].map(i => plain.factor.arraySync()[i][0])).toEqual([1, 1, 1]);
      const unit = pairwiseRows(tf.tensor2d(rows), true);
      expect(
        relativeError(unit.rows.arraySync(), [
          [0.6, 0.8],
          [0.6, -0.8],
          [0.6, 0.8],
          [0, 0],
        ]),
      ).toBeLessThan(1e-6);
    });
  });

  it('take a gradient back through the scaling of rows', () => {
    const gradient = [
      [1, -2],
      [0.5, 3],
    ];
    const rows = [
      [3, 4],
      [-0.6, 0.3],
    ];
    tf.tidy(() => {
      const back = (normalize: boolean) =>
        pairwiseRowsGradient(
          pairwiseRows(tf.tensor2d(rows), normalize),
          tf.tensor2d(gradient),
          normalize,
        ).arraySync();
      expect(back(false)).toEqual(gradient);
      const expected = rows.map((row, i) => throughNormalization(row, gradient[i]));
      expect(relativeError(back(true), expected)).toBeLessThan(1e-6);
    });
  });

  it.each(asked)(
    'measure given pairs and take gradients to both ends: $title',
    ({distance: name, normalize}) => {
      const slopes = [1, -2, 0.5, 3, 1.5, -0.25];
      const expected = first.map((a, i) => referenceOf(name, normalize, a, second[i]));
      tf.tidy(() => {
        const operation = (a: tf.Tensor, b: tf.Tensor) =>
          pairwiseGiven(a as tf.Tensor2D, b as tf.Tensor2D, {distance: name, normalize}, distances => ({
            values: tf.mul(distances, tf.tensor1d(slopes)),
            slopes: tf.tensor1d(slopes),
          }));
        const values = operation(tf.tensor2d(first), tf.tensor2d(second));
        expect(
          relativeError([[...values.dataSync()]], [expected.map(({value}, i) => value * slopes[i])]),
        ).toBeLessThan(1e-5);
        const upstream = [1, 2, 3, 1, 1, -1];
        const gradients = tf.grads(operation)(
          [tf.tensor2d(first), tf.tensor2d(second)],
          tf.tensor1d(upstream),
        );
        const factor = (i: number) => slopes[i] * upstream[i];
        const ends = [
          expected.map(({a}, i) => scaled(a, factor(i))),
          expected.map(({b}, i) => scaled(b, factor(i))),
        ];
        for (const [i, end] of ends.entries()) {
          expect(relativeError(gradients[i].arraySync() as number[][], end)).toBeLessThan(1e-5);
        }
      });
    },
  );

  it('count equal ends as no distance apart, and near ones as far apart as they are', () => {
    tf.tidy(() => {
      const near = first.map(row => plus(row, [0, 0, 0, 1e-3]).map(Math.fround));
      const measured = (a: number[][], b: number[][], normalize: boolean) => [
        ...pairwiseGiven(tf.tensor2d(a), tf.tensor2d(b), {distance: 'euclidean', normalize}, distances => ({
          values: distances,
          slopes: tf.onesLike(distances),
        })).dataSync(),
      ];
      for (const normalize of [false, true]) {
        expect(measured(first, first, normalize)).toEqual(first.map(() => 0));
        const expected = first.map((a, i) => referenceOf('euclidean', normalize, a, near[i]).value);
        expect(relativeError([measured(first, near, normalize)], [expected])).toBeLessThan(1e-3);
      }
      // Twice as long is the same direction, to the rounding of float32.
      expect(
        measured(
          first,
          first.map(row => scaled(row, 3).map(Math.fround)),
          true,
        ),
      ).toEqual(first.map(() => 0));
    });
  });

  it.each(asked)('take the mean over a batch and its gradient: $title', ({distance: name, normalize}) => {
    const weights = randomMatrix(testRandom(45), 6, 6);
    tf.tidy(() => {
      const options = (meanOver: 'all' | 'active'): PairwiseBatchOptions => ({
        distance: name,
        normalize,
        meanOver,
      });
      const w = tf.tensor2d(weights);
      const measure = (x: tf.Tensor, meanOver: 'all' | 'active', [all, active] = [20, 5]) =>
        pairwiseBatch(x as tf.Tensor2D, options(meanOver), ({distances}) => ({
          sum: tf.sum(tf.mul(distances, w)),
          all: tf.scalar(all),
          active: tf.scalar(active),
          slopes: w,
        }));
      const unit = normalize && name !== 'cosine' ? first.map(normalized) : first;
      const distances = distanceMatrix(unit, name);
      const sum = distances.flat().reduce((total, value, i) => total + value * weights.flat()[i], 0);
      const x = tf.tensor2d(first);
      for (const [meanOver, count] of [
        ['all', 20],
        ['active', 5],
      ] as const) {
        const found = measure(x, meanOver);
        expect(found.loss.arraySync()).toBeCloseTo(sum / count, 3);
        expect(found.count.arraySync()).toBe(count);
        const expected = first.map((a, i) =>
          first.reduce(
            (total, b, j) => {
              const ends = referenceOf(name, normalize, a, b);
              return plus(total, ends.a, (weights[i][j] + weights[j][i]) / count);
            },
            a.map(() => 0),
          ),
        );
        const gradient = tf
          .grad(rows => tf.mul(measure(rows, meanOver).loss, 3))(x)
          .arraySync() as number[][];
        expect(
          relativeError(
            gradient,
            expected.map(row => scaled(row, 3)),
          ),
        ).toBeLessThan(1e-4);
      }
      // Nothing to take a mean over.
      expect(measure(x, 'active', [20, 0]).count.arraySync()).toBe(0);
    });
  });

  it('give the squared distances beside those asked for', () => {
    tf.tidy(() => {
      let squared: number[][] = [];
      pairwiseBatch(tf.tensor2d(first), {distance: 'euclidean', normalize: false, meanOver: 'all'}, parts => {
        squared = parts.squared.arraySync();
        const zero = tf.scalar(0);
        return {sum: zero, all: zero, active: zero, slopes: tf.zerosLike(parts.distances)};
      });
      expect(relativeError(squared, distanceMatrix(first, 'squared'))).toBeLessThan(1e-5);
    });
  });
});
