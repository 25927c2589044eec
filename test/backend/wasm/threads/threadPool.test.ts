import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it, vi} from 'vitest';
import {compact} from '../../../../src/backbones/compact';
import {forInference} from '../../../../src/backbones/inference/forInference';
import {mobileFaceNet} from '../../../../src/backbones/mobileFaceNet';
import type {Network} from '../../../../src/backbones/network';
import {useBackend} from '../../../../src/backend/useBackend';
import {addressAt} from '../../../../src/backend/wasm/address';
import {type Heap, heapOf} from '../../../../src/backend/wasm/heap';
import {onBackend, randomValues} from '../../../support/kernelCheck';

const heapNow = () => heapOf(tf.backend()) as Heap;

beforeAll(async () => {
  await useBackend('wasm', {threads: 2});
});

/** The loss of one step and every gradient, as plain numbers. */
function gradients(network: Network, shape: number[]): tf.TypedArray[] {
  return tf.tidy(() => {
    const images = onBackend(randomValues(shape, 5));
    const {value, grads} = tf.variableGrads(
      () => tf.mean(tf.square(network.apply(images, {training: true}) as tf.Tensor)) as tf.Scalar,
    );
    return [value.dataSync(), ...Object.values(grads).map(gradient => gradient.dataSync())];
  });
}

/** What the copy of a network for inference makes of images. */
function embeddings(network: Network, shape: number[]): tf.TypedArray {
  const deployed = forInference(network);
  const result = tf.tidy(() => (deployed.predict(onBackend(randomValues(shape, 5))) as tf.Tensor).dataSync());
  deployed.dispose();
  return result;
}

describe('a network gives the same embeddings and gradients, to the bit, on 1, 2, 3 and 5 threads', () => {
  it.each([
    ['compact', () => compact({seed: 1}), [9, 28, 28, 1]],
    ['mobileFaceNet', () => mobileFaceNet({inputShape: [32, 32, 3], seed: 1}), [3, 32, 32, 3]],
  ] as const)('%s', async (_, make, shape) => {
    const results = [];
    for (const threads of [1, 2, 3, 5]) {
      await useBackend('wasm', {threads});
      expect(heapNow().threads).toBe(threads);
      const network = make();
      results.push([embeddings(network, [...shape]), ...gradients(network, [...shape])]);
      network.dispose();
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });
});

describe('a pool of threads', () => {
  const norms = (heap: Heap, rows: number) => {
    const x = tf.ones([rows, 4]);
    const out = tf.zeros([rows]);
    const places = heap.addresses({x, out});
    return {x, out, places};
  };

  it('runs more pieces than a job has, and fewer than it has threads', async () => {
    await useBackend('wasm', {threads: 5});
    for (const pieces of [1, 2, 3, 64, 65, 200]) {
      const {x, out, places} = norms(heapNow(), pieces);
      const at = (offset: unknown, i: number, bytes: number) => addressAt((offset as number) + i * bytes);
      heapNow().run(
        'rowNorms',
        Array.from({length: pieces}, (_, i) => ({
          x: at(places.x, i, 16),
          out: at(places.out, i, 4),
          rows: 1,
          count: 4,
        })),
      );
      expect(out.dataSync(), String(pieces)).toEqual(new Float32Array(pieces).fill(2));
      tf.dispose([x, out]);
    }
  });

  it('has scratch for each thread, also where there are fewer pieces', async () => {
    await useBackend('wasm', {threads: 5});
    const heap = heapNow();
    const scratch = vi.spyOn(heap, 'withScratch');
    const [a, b] = [tf.ones([32, 64]), tf.ones([256, 64])];
    tf.matMul(a, b, false, true).dispose();
    const panel = heap.simd.matMulTransposeBScratch({depth: 64});
    expect(scratch.mock.calls[0][0]).toBeGreaterThanOrEqual(5 * panel);
    scratch.mockRestore();
    tf.dispose([a, b]);
  });

  it('says why a kernel failed on a worker, and works on', async () => {
    await useBackend('wasm', {threads: 3});
    const outside = addressAt(0xfffffff0);
    const piece = {x: outside, out: outside, rows: 100, count: 4};
    expect(() => heapNow().run('rowNorms', Array(8).fill(piece))).toThrow(/out of bounds/);
    expect(tf.mean(tf.ones([100_000])).dataSync()[0]).toBe(1);
  });

  it('ends with its backend', async () => {
    const heap = heapNow();
    const factory = tf.findBackendFactory('wasm');
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', factory);
    const place = addressAt(1024);
    const piece = {x: place, out: place, rows: 1, count: 4};
    expect(() => heap.run('rowNorms', [piece, piece])).toThrow('the backend has been removed');
    await useBackend('wasm', {threads: 2});
    expect(heapNow().threads).toBe(2);
  });

  it('leaves memory and tensors as they were after a thousand jobs', () => {
    const before = tf.memory().numTensors;
    const x = tf.ones([64, 4096]);
    for (let i = 0; i < 1000; i++) tf.sum(x, 0).dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('a number of threads that cannot be had is an error', async () => {
  await expect(useBackend('wasm', {threads: 0})).rejects.toThrow(
    'threads must be a whole number of 1 or more, but is 0',
  );
  await expect(useBackend('wasm', {threads: 65})).rejects.toThrow(
    'threads must be a number from 1 to 64, but is 65',
  );
  await expect(useBackend('cpu', {threads: 2})).rejects.toThrow(
    "name must be 'wasm' or left out where threads are given, but is 'cpu'",
  );
});

it('a backend that began on one core stays there', async () => {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  await useBackend('wasm', {threads: 1});
  expect(heapNow().threads).toBe(1);
  await expect(useBackend('wasm', {threads: 2})).rejects.toThrow(
    'threads must be 1, as at the start of the backend, but is 2',
  );
  await useBackend('wasm');
});
