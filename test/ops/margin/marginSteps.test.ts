import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {composedClassWeightGradient} from '../../../src/ops/margin/classWeightGradient';
import {floorScalar} from '../../../src/ops/margin/floorScalar';
import {composedHideTarget} from '../../../src/ops/margin/hideTarget';
import {composedNormalizeRows} from '../../../src/ops/margin/normalizeRows';
import {composedTargetAngle} from '../../../src/ops/margin/targetAngle';
import {oneHotLabels} from '../../../src/ops/oneHotLabels';
import {scatterAddRows} from '../../../src/ops/scatterAddRows';
import {relativeError} from '../../reference/centralDifference';
import {angle, dot, minus, norm, normalized, plus, scaled} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, testRandom} from '../../support/random';

const rowsOf = (random: ReturnType<typeof testRandom>, rows: number, columns: number) =>
  randomMatrix(random, rows, columns).map(row => row.map(Math.fround));
const column = (values: number[]) => values.map(value => [value]);

/** What stock operations make of each step, which kernels are compared with, beside loops in float64. */
describeOnBackends('a step of the margin operations, composed,', () => {
  it('adds rows at their places, one for every label, and takes what points along a weight off', () => {
    const random = testRandom(41);
    const [pulls, w, targetRows] = [rowsOf(random, 5, 3), rowsOf(random, 5, 3), rowsOf(random, 4, 3)];
    const [ids, radial] = [
      [4, 0, 4, 2],
      [0.5, -1, 2, 3, -0.25],
    ];
    const added = pulls.map((row, c) =>
      targetRows.reduce((sum, target, i) => (ids[i] === c ? plus(sum, target) : sum), [...row]),
    );
    const projected = added.map((row, c) => plus(row, w[c], -radial[c]));
    tf.tidy(() => {
      const parts = () => ({
        pulls: tf.tensor2d(pulls),
        targetRows: tf.tensor2d(targetRows),
        ids: tf.tensor1d(ids, 'int32'),
        w: tf.tensor2d(w),
      });
      expect(relativeError(composedClassWeightGradient(parts()).arraySync(), added)).toBeLessThan(1e-6);
      const all = {...parts(), radial: tf.tensor2d(column(radial))};
      expect(relativeError(composedClassWeightGradient(all).arraySync(), projected)).toBeLessThan(1e-6);
      const scattered = scatterAddRows(tf.tensor2d(targetRows), tf.tensor1d(ids, 'int32'), 5).arraySync();
      expect(
        relativeError(
          scattered,
          added.map((row, c) => minus(row, pulls[c])),
        ),
      ).toBeLessThan(1e-6);
    });
  });

  it('hides the target of each example, so that it adds nothing to a softmax', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([
        [1, 2, 3],
        [-4, 50, 6],
      ]);
      const hidden = composedHideTarget(logits, tf.tensor1d([2, 1], 'int32'));
      const [first, second] = hidden.arraySync();
      expect([first[0], first[1], second[0], second[2]]).toEqual([1, 2, -4, 6]);
      expect(first[2]).toBe(-(2 ** 126));
      expect(second[1]).toBe(-(2 ** 126));
      expect(tf.exp(hidden).arraySync()[0][2]).toBe(0);
    });
  });

  it('makes one-hot rows of float32, of one class too', () => {
    tf.tidy(() => {
      const rows = oneHotLabels(tf.tensor1d([2, 0], 'int32'), 3);
      expect(rows.dtype).toBe('float32');
      expect(rows.arraySync()).toEqual([
        [0, 0, 1],
        [1, 0, 0],
      ]);
      expect(oneHotLabels(tf.tensor1d([0, 0], 'int32'), 1).arraySync()).toEqual([[1], [1]]);
    });
  });

  it('divides rows by their length, by 1e-4 where they are shorter', () => {
    const rows = [
      [3, -4],
      [3e-4, 4e-4],
      [3e-5, 4e-5],
      [0, 0],
      [3e30, 4e30],
    ];
    tf.tidy(() => {
      const {norm, inverseNorm, unit} = composedNormalizeRows(tf.tensor2d(rows));
      const expected = [5, 5e-4, 5e-5, 0, 5e30];
      for (const [i, length] of expected.entries()) {
        const divisor = Math.max(length, 1e-4);
        const close = (actual: number, value: number) =>
          expect(Math.abs(actual - value) / Math.max(Math.abs(value), 1e-30), `row ${i}`).toBeLessThan(1e-6);
        close((norm.arraySync() as number[][])[i][0], length);
        close((inverseNorm.arraySync() as number[][])[i][0], 1 / divisor);
        close(unit.arraySync()[i][0], rows[i][0] / divisor);
        close(unit.arraySync()[i][1], rows[i][1] / divisor);
      }
    });
  });

  it('measures the angle of two rows, and the direction in which the first turns to the second', () => {
    const random = testRandom(42);
    const [x, w] = [rowsOf(random, 30, 4), rowsOf(random, 30, 4)];
    for (const row of [0, 1]) x[row] = scaled(x[row], 1e6).map(Math.fround);
    tf.tidy(() => {
      const inverse = (rows: number[][]) => tf.tensor2d(column(rows.map(row => 1 / norm(row))));
      const inputs = {
        x: tf.tensor2d(x),
        targetWeight: tf.tensor2d(w),
        inverseNorm: inverse(x),
        inverseTargetNorm: inverse(w),
      };
      const {cos, sin, direction} = composedTargetAngle(inputs);
      const angles = x.map((row, i) => angle(row, w[i]));
      const matrix = (tensor: tf.Tensor) => tensor.arraySync() as number[][];
      expect(relativeError(matrix(cos), column(angles.map(Math.cos)))).toBeLessThan(1e-5);
      expect(relativeError(matrix(sin), column(angles.map(Math.sin)))).toBeLessThan(1e-5);
      const tangents = x.map((row, i) => {
        const unit = normalized(row);
        return normalized(plus(w[i], unit, -dot(w[i], unit)));
      });
      expect(relativeError(matrix(direction), tangents)).toBeLessThan(1e-5);
    });
  });

  it('takes the sine from the cosine where a row counts as shorter than it is', () => {
    tf.tidy(() => {
      // A weight of 1e-6 counts as 1e-4 long: the cosine is 0.006, and the sine that belongs to it nearly 1.
      const given = (short: boolean) => ({
        x: tf.tensor2d([[1, 0]]),
        targetWeight: tf.tensor2d([short ? [6e-7, 8e-7] : [0.6, 0.8]]),
        inverseNorm: tf.tensor2d([[1]]),
        inverseTargetNorm: tf.tensor2d([[short ? 1e4 : 1]]),
      });
      const short = composedTargetAngle(given(true));
      expect(short.cos.dataSync()[0]).toBeCloseTo(0.006, 7);
      expect(short.sin.dataSync()[0]).toBeCloseTo(Math.sqrt(1 - 0.006 ** 2), 6);
      const long = composedTargetAngle(given(false));
      expect(long.sin.dataSync()[0]).toBeCloseTo(0.8, 6);
      // Just long enough to be measured as it is.
      const edge = {
        ...given(false),
        targetWeight: tf.tensor2d([[6e-5, 9e-5]]),
        inverseTargetNorm: tf.tensor2d([[9e3]]),
      };
      expect(composedTargetAngle(edge).sin.dataSync()[0]).toBeCloseTo(0.81, 5);
    });
  });

  it('keeps a scalar above a floor, and lets its gradient through', () => {
    tf.tidy(() => {
      expect(floorScalar(tf.scalar(0.5), 0.01).arraySync()).toBe(0.5);
      expect(floorScalar(tf.scalar(-1), 0.25).arraySync()).toBe(0.25);
      const slope = tf.grad(s => tf.mul(floorScalar(s as tf.Scalar, 0.25), 3));
      expect(slope(tf.scalar(-1)).arraySync()).toBe(3);
      expect(slope(tf.scalar(1)).arraySync()).toBe(3);
    });
  });
});
