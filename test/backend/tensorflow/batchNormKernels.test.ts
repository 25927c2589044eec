import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {seededRandom} from '../../../src/base/random';
import {backends} from '../../support/backends';

const EPSILON = 1e-3;

const numbers = (count: number, seed: number, [low, high]: [number, number]) => {
  const random = seededRandom(seed);
  return Float32Array.from({length: count}, () => low + (high - low) * random());
};

describe.runIf(backends.includes('tensorflow'))(
  'batch normalization by given statistics on tensorflow',
  () => {
    beforeAll(async () => {
      await useBackend('tensorflow');
    });

    describe.each([[[2, 5, 3, 7]], [[4, 3, 6]], [[5, 4]]])('of %j', shape => {
      const channels = shape[shape.length - 1];
      const x = numbers(
        shape.reduce((product, length) => product * length, 1),
        1,
        [-3, 5],
      );
      const mean = numbers(channels, 2, [-2, 2]);
      const variance = numbers(channels, 3, [0.01, 4]);
      const scale = numbers(channels, 4, [-2, 2]);
      const offset = numbers(channels, 5, [-2, 2]);

      it.each([
        ['scale and offset', scale, offset],
        ['scale', scale, undefined],
        ['offset', undefined, offset],
        ['neither', undefined, undefined],
      ])('gives the numbers of the formula with %s, and leaves nothing behind', (_, gamma, beta) => {
        const before = tf.memory().numTensors;
        const y = tf.tidy(() =>
          tf
            .batchNorm(
              tf.tensor<tf.Rank.R4>(x, shape as [number, number, number, number]),
              tf.tensor1d(mean),
              tf.tensor1d(variance),
              beta && tf.tensor1d(beta),
              gamma && tf.tensor1d(gamma),
              EPSILON,
            )
            .dataSync(),
        );
        for (const [i, value] of x.entries()) {
          const c = i % channels;
          const normalized = (value - mean[c]) / Math.sqrt(variance[c] + EPSILON);
          expect(Math.abs(y[i] - (normalized * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0)))).toBeLessThan(2e-5);
        }
        expect(tf.memory().numTensors).toBe(before);
      });
    });
  },
);
