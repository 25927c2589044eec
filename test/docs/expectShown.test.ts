import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {beforeAll, describe, expect, it} from 'vitest';
import {expectShown, isShown} from '../support/expectShown';

describe('what a comment shows of a value', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each<[unknown, string]>([
    [13.815, '13.8'],
    [9.86e-10, '9.9e-10'],
    [10_572, '10_572'],
    [[0.6667, 0.6667, 1], '0.67, 0.67, 1'],
    [new Float32Array([0.1, 2]), '[0.1, 2]'],
    [{a: 0, b: 2, exact: true}, '{a: 0, b: 2, exact: true}'],
    ['wasm', "'wasm' in Node"],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [0.25, '0.25, on any machine'],
  ])('%j is %s', (value, shown) => {
    expect(isShown(shown)).toBe(true);
    expectShown(value, shown);
  });

  it.each<[unknown, string]>([
    [13.86, '13.8'],
    [13.815, '-13.8'],
    [9.86e-10, '9.9e-9'],
    [2, '1'],
    [[1, 2], '1'],
    [[1, 2], '1, 2, 3'],
    [[1, 2], '2, 1'],
    [{a: 0, b: 2}, '{a: 0, c: 2}'],
    [true, 'false'],
    ['cpu', "'wasm' in Node"],
    [Number.NaN, '0'],
  ])('%j is not %s', (value, shown) => {
    expect(() => expectShown(value, shown)).toThrow();
  });

  it('is the values of a tensor, or its shape', () => {
    const x = tf.tensor2d([[0, 0.5]]);
    expectShown(x, '[[0, 0.5]]');
    expectShown(x, 'shape [1, 2]');
    expect(() => expectShown(x, 'shape [2, 1]')).toThrow();
    expect(() => expectShown(x, '[[0.5, 0]]')).toThrow();
    x.dispose();
  });

  it.each(['a Uint8Array', "ArcFace's", 'one alpha per channel', 'of shape [4]'])('%s is prose', comment => {
    expect(isShown(comment)).toBe(false);
  });
});
