import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {batchNorm} from '../../../src/ops/layers/batchNorm';
import {prelu} from '../../../src/ops/layers/prelu';

beforeAll(async () => {
  await useBackend('wasm');
});

const channels = 20;
const values = (count: number, seed: number) =>
  Float32Array.from({length: count}, (_, i) => Math.sin(i * 12.9898 + seed) * 2 + 0.3);

function tensors() {
  const vector = (seed: number) => tf.tensor1d(values(channels, seed));
  return {
    x: tf.tensor4d(values(3 * 5 * 7 * channels, 1), [3, 5, 7, channels]),
    other: tf.tensor4d(values(3 * 5 * 7 * channels, 2), [3, 5, 7, channels]),
    scale: vector(3),
    offset: vector(4),
    alpha: vector(5),
  };
}

/** γ (x − μ) / √(σ² + ε) + β in float64. */
function normalized({x, scale, offset}: ReturnType<typeof tensors>): number[] {
  const [numbers, gamma, beta] = [x, scale, offset].map(tensor => [...tensor.dataSync()]);
  const out = new Array<number>(numbers.length);
  for (let c = 0; c < channels; c++) {
    const own = numbers.filter((_, i) => i % channels === c);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    const variance = own.reduce((a, b) => a + (b - mean) ** 2, 0) / own.length;
    own.forEach((value, i) => {
      out[i * channels + c] = (gamma[c] * (value - mean)) / Math.sqrt(variance + 1e-3) + beta[c];
    });
  }
  return out;
}

function expectClose(actual: tf.Tensor, expected: number[]): void {
  const worst = [...actual.dataSync()].reduce(
    (most, value, i) => Math.max(most, Math.abs(value - expected[i]) / (1 + Math.abs(expected[i]))),
    0,
  );
  expect(worst).toBeLessThan(1e-5);
}

const bend = (n: number[], alpha: tf.Tensor) => {
  const slopes = alpha.dataSync();
  return n.map((value, i) => (value > 0 ? value : value * slopes[i % channels]));
};

describe('a batch normalization on wasm', () => {
  it('is what a PReLU and a sum make of it, and itself when it is read after them', () => {
    const given = tensors();
    const n = normalized(given);
    const y = tf.tidy(() => batchNorm(given.x, given).y);
    expectClose(prelu(y, given.alpha), bend(n, given.alpha));
    const others = given.other.dataSync();
    const sum = n.map((value, i) => value + others[i]);
    expectClose(tf.add(y, given.other), sum);
    expectClose(tf.add(given.other, y), sum);
    expectClose(y, n);
    expectClose(
      tf.add(y, y),
      n.map(value => 2 * value),
    );
  });

  it('is read right by kernels of the backend and as a copy of another shape, after its input is gone', () => {
    const given = tensors();
    const n = normalized(given);
    const y = batchNorm(given.x, given).y;
    const flat = tf.reshape(y, [-1, channels]);
    tf.dispose([given.x, given.scale, given.offset, y]);
    // Takes the room that the input had, if it was given back.
    tf.fill([3, 5, 7, channels], 99);
    expectClose(prelu(flat, given.alpha), bend(n, given.alpha));
    expectClose(tf.exp(flat), n.map(Math.exp));
    expectClose(flat, n);
  });

  it('is added to itself and to another one', () => {
    const given = tensors();
    const n = normalized(given);
    const [first, second] = [batchNorm(given.x, given).y, batchNorm(given.x, given).y];
    const twice = n.map(value => 2 * value);
    expectClose(tf.add(first, second), twice);
    tf.dispose(given.x);
    const third = batchNorm(given.other, given).y;
    tf.dispose(given.other);
    expectClose(
      tf.add(third, third),
      normalized({...tensors(), x: tensors().other}).map(v => 2 * v),
    );
  });

  it('gives back what it was made of, read or not', () => {
    const given = tensors();
    const backend = tf.backend() as tf.KernelBackend & {numDataIds(): number};
    const before = backend.numDataIds();
    const refs = backend.refCount(given.x.dataId);
    for (const read of [false, true]) {
      tf.tidy(() => {
        const {y} = batchNorm(given.x, given);
        if (read) y.dataSync();
      });
      expect(backend.numDataIds()).toBe(before);
      expect(backend.refCount(given.x.dataId)).toBe(refs);
    }
  });

  it('with given statistics goes into a PReLU too', () => {
    const {x, scale, offset, alpha} = tensors();
    const [mean, variance] = [tf.tensor1d(values(channels, 6)), tf.abs(tf.tensor1d(values(channels, 7)))];
    const y = tf.batchNorm(x, mean, variance, offset, scale, 1e-3);
    const bent = prelu(y, alpha);
    const [m, v, g, b] = [mean, variance, scale, offset].map(tensor => tensor.dataSync());
    const n = [...x.dataSync()].map((value, i) => {
      const c = i % channels;
      return (g[c] * (value - m[c])) / Math.sqrt(v[c] + 1e-3) + b[c];
    });
    expect(n.every(Number.isFinite)).toBe(true);
    expectClose(bent, bend(n, alpha));
    expectClose(y, n);
  });
});
