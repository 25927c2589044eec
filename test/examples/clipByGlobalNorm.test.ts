import * as tf from '@tensorflow/tfjs-core';
import {useBackend} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {clipByGlobalNorm} from '../../examples/mnist-2d/clipByGlobalNorm';

describe('clipByGlobalNorm', () => {
  beforeAll(() => useBackend('wasm'));

  const clip = (gradients: Record<string, number[]>, limit: number) => {
    const tensors = Object.fromEntries(
      Object.entries(gradients).map(([name, values]) => [name, tf.tensor1d(values)]),
    );
    return clipByGlobalNorm(tensors, limit).map(({name, tensor}) => [name, [...tensor.dataSync()]]);
  };

  it('shortens gradients that are longer together, all by one factor', () => {
    expect(clip({a: [3, 4], b: [-12]}, 6.5)).toEqual([
      ['a', [1.5, 2]],
      ['b', [-6]],
    ]);
  });

  it('leaves shorter ones as they are, even of length zero', () => {
    expect(clip({a: [3, 4]}, 5.5)).toEqual([['a', [3, 4]]]);
    expect(clip({a: [0, 0]}, 1)).toEqual([['a', [0, 0]]]);
  });
});
