import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it, vi} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {type Heap, heapOf} from '../../../src/backend/wasm/heap';
import {HeapFullError} from '../../../src/backend/wasm/heapFullError';
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

describe('a convolution on wasm', () => {
  const images = () => tf.tensor4d(values(2 * 6 * 5 * 8, 1), [2, 6, 5, 8]);
  const filter = (depthwise: boolean) =>
    depthwise
      ? tf.tensor4d(values(9 * 8, 2), [3, 3, 8, 1])
      : tf.tensor4d(values(9 * 8 * channels, 2), [3, 3, 8, channels]);
  const convolved = (x: tf.Tensor4D, depthwise: boolean) =>
    depthwise
      ? tf.depthwiseConv2d(x, filter(true), 1, 'same')
      : tf.conv2d(x, filter(false) as tf.Tensor4D, 1, 'same');
  /** What the cpu backend makes of the same numbers. */
  const onCpu = async (make: () => tf.Tensor): Promise<number[]> => {
    await tf.setBackend('cpu');
    const numbers = tf.tidy(() => [...make().dataSync()]);
    await tf.setBackend('wasm');
    return numbers;
  };

  it.each([false, true])(
    'is what is made of it, and itself when it is read after that (depthwise: %s)',
    async depthwise => {
      const width = depthwise ? 8 : channels;
      const vector = (seed: number) => tf.tensor1d(values(width, seed));
      const other = () => tf.tensor4d(values(2 * 6 * 5 * width, 7), [2, 6, 5, width]);
      const biased = () => tf.add(convolved(images(), depthwise), vector(3));
      const uses: ((y: tf.Tensor) => tf.Tensor)[] = [
        y => prelu(y, vector(4)),
        y => prelu(y, tf.tensor3d(values(30 * width, 5), [6, 5, width])),
        y => tf.relu(y),
        y => tf.add(y, other()),
        y => tf.add(other(), y),
        y => tf.add(y, y),
        y => tf.add(y, vector(6)),
        y => tf.add(vector(6), y),
        y => tf.add(y, convolved(images(), depthwise)),
        y => tf.exp(y),
        y => tf.leakyRelu(tf.reshape(y, [-1, width]), 0.1),
        y => tf.mean(y, [1, 2]),
        y => y,
      ];
      for (const make of [() => convolved(images(), depthwise), biased]) {
        const y = make();
        for (const use of uses) expectClose(use(y), await onCpu(() => use(make())));
      }
    },
  );

  it('is right after what it is made of is gone, and gives that back', () => {
    const backend = tf.backend() as tf.KernelBackend & {numDataIds(): number};
    const expected = tf.tidy(() => [...tf.relu(tf.add(convolved(images(), false), 1)).dataSync()]);
    const before = backend.numDataIds();
    const tensors = tf.memory().numTensors;
    const y = tf.tidy(() => convolved(images(), false));
    const sum = tf.tidy(() => tf.add(y, tf.ones([channels])));
    y.dispose();
    // Takes the room that the images and the filter had, if it was given back.
    tf.dispose([tf.fill([2, 6, 5, 8], 99), tf.fill([3, 3, 8, channels], 99)]);
    const out = tf.relu(sum);
    expectClose(out, expected);
    tf.dispose([sum, out]);
    tf.tidy(() => void convolved(images(), false));
    expect(backend.numDataIds()).toBe(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('is computed once where a gradient is recorded', async () => {
    const heap = heapOf(tf.backend()) as Heap;
    const run = vi.spyOn(heap, 'runWithScratch');
    const [slopes, x] = [tf.tensor1d(values(channels, 4)), images()];
    const loss = (x: tf.Tensor) => tf.sum(prelu(convolved(x as tf.Tensor4D, false), slopes)) as tf.Scalar;
    tf.grad(loss)(x).dataSync();
    expect(run.mock.calls.filter(([name]) => name === 'conv2D')).toHaveLength(1);
    run.mockRestore();
  });

  it('that has no room when it is read can be read when there is', async () => {
    const y = convolved(images(), false);
    const heap = heapOf(tf.backend()) as Heap;
    const full = vi.spyOn(heap, 'withScratch').mockImplementation(() => {
      throw new HeapFullError('scratch');
    });
    expect(() => y.dataSync()).toThrow('has no room for');
    full.mockRestore();
    expectClose(y, await onCpu(() => convolved(images(), false)));
  });
});
