import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {addressAt} from '../../../src/backend/wasm/address';
import {heapOf} from '../../../src/backend/wasm/heap';
import {prelu} from '../../../src/ops/layers/prelu';
import {expectClose, onBackend, randomValues, wasmHeap} from '../../support/kernelCheck';

/** A step through every kind of kernel a small network uses, as plain numbers. */
function gradients(): tf.TypedArray[] {
  return tf.tidy(() => {
    const inputs = [[2, 8, 8, 3], [3, 3, 3, 4], [3, 3, 4, 2], [4], [72, 5]].map((shape, i) =>
      onBackend(randomValues(shape, i)),
    );
    const loss = (
      images: tf.Tensor,
      filter: tf.Tensor,
      depthwise: tf.Tensor,
      alpha: tf.Tensor,
      weights: tf.Tensor,
    ) => {
      const features = prelu(tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), alpha);
      const spread = tf.depthwiseConv2d(features as tf.Tensor4D, depthwise as tf.Tensor4D, 1, 'same');
      const pooled = tf.avgPool(tf.maxPool(spread, 2, 2, 'valid'), 2, 1, 'valid');
      const logits = tf.matMul(tf.reshape(pooled, [2, 72]), weights);
      const picked = tf.gather(logits, tf.tensor1d([1, 1, 0], 'int32'));
      return tf.mean(tf.square(picked));
    };
    return tf
      .grads(loss as (...args: tf.Tensor[]) => tf.Tensor)(inputs)
      .map(gradient => gradient.dataSync());
  });
}

describe('the heap', () => {
  it('is reached once for a backend', async () => {
    expect(await wasmHeap()).toBe(heapOf(tf.backend()));
  });

  it('gives the memory of scratch back, also when its user throws', async () => {
    const heap = await wasmHeap();
    const before = tf.backend().numDataIds();
    expect(() =>
      heap.withScratch(8, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(tf.backend().numDataIds()).toBe(before);
  });

  it('is out of reach on a backend that does not show its memory', async () => {
    await useBackend('cpu');
    expect(heapOf(tf.backend())).toBeUndefined();
    expect(heapOf({wasm: {asm: {memory: {}}}} as unknown as tf.KernelBackend)).toBeUndefined();
    const unrelated = new WebAssembly.Memory({initial: 1});
    const otherHeap = {wasm: {asm: {memory: unrelated}, HEAPU8: new Uint8Array(4)}};
    expect(heapOf(otherHeap as unknown as tf.KernelBackend)).toBeUndefined();
  });
});

it('the kernels work on a memory that threads share', () => {
  const memory = new WebAssembly.Memory({initial: 1, maximum: 65536, shared: true});
  const threaded = {
    wasm: {wasmMemory: memory, HEAPU8: new Uint8Array(memory.buffer)},
    dataIdMap: {get: () => ({memoryOffset: 0})},
    makeOutput: () => undefined,
  };
  const heap = heapOf(threaded as unknown as tf.KernelBackend);
  const numbers = new Float32Array(memory.buffer);
  numbers.set([3, 4, 0, 2]);
  heap?.simd.rowNorms({x: addressAt(0), out: addressAt(64), rows: 2, count: 2});
  expect([...numbers.slice(16, 18)]).toEqual([5, 2]);
});

it('where the heap is out of reach, training gives the same gradients', async () => {
  await useBackend('wasm');
  const withSimd = gradients();
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  await useBackend('wasm', {threads: 1});
  const {wasm} = tf.backend() as unknown as {wasm: {asm: object}};
  wasm.asm = Object.create(wasm.asm, {memory: {value: undefined}});
  expect(heapOf(tf.backend())).toBeUndefined();
  gradients().forEach((gradient, i) => {
    expectClose(gradient, withSimd[i], `gradient ${i}`);
  });
});
