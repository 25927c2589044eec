import * as tf from '@tensorflow/tfjs-core';
import {expect, it, vi} from 'vitest';
import {registerWasmKernels} from '../../src/backend/registerWasmKernels';

it('asks for the backend first, then registers every kernel once and without a warning', async () => {
  await expect(registerWasmKernels()).rejects.toThrow(/import '@tensorflow\/tfjs-backend-wasm' before/);

  await import('@tensorflow/tfjs-backend-wasm');
  expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeUndefined();
  const warn = vi.spyOn(console, 'warn');
  await registerWasmKernels();
  const kernels = tf.getKernelsForBackend('wasm');
  await registerWasmKernels();
  expect(tf.getKernelsForBackend('wasm')).toEqual(kernels);
  expect(warn).not.toHaveBeenCalled();
  for (const name of [
    'Conv2DBackpropFilter',
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
    'UnsortedSegmentSum',
  ]) {
    expect(tf.getKernel(name, 'wasm'), name).toBeDefined();
  }
});

it('leaves the kernels it replaces usable, whether the backend starts before or after', async () => {
  await tf.setBackend('wasm');
  tf.tidy(() => {
    expect(tf.sum(tf.ones([2, 3, 4]), [0, 2]).arraySync()).toEqual([8, 8, 8]);
    expect(tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).arraySync()).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });
});

it('shares the values of a copy, and keeps them while one of the two lives', async () => {
  await tf.setBackend('wasm');
  const original = tf.tensor1d([1, 2, 3]);
  const before = tf.backend().numDataIds();
  const copy = tf.clone(original);
  expect(tf.backend().numDataIds()).toBe(before);
  original.dispose();
  expect(copy.arraySync()).toEqual([1, 2, 3]);
  copy.dispose();
  expect(tf.backend().numDataIds()).toBe(before - 1);
  expect(tf.clone(tf.tensor1d(['a', 'b'])).arraySync()).toEqual(['a', 'b']);
});
