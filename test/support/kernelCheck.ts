import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {expect} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {type Heap, heapOf} from '../../src/backend/wasm/heap';
import type {KernelResult, WasmKernel} from '../../src/backend/wasm/wasmKernel';
import {seededRandom} from '../../src/base/random';

/** A tensor as plain data, to be made anew on each backend. */
export interface Values {
  shape: number[];
  values: Float32Array | Int32Array;
}

/** Repeatable numbers, uniform in [-1, 1). */
export function randomValues(shape: number[], seed: number): Values {
  const random = seededRandom(seed, 3);
  return {shape, values: Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => 2 * random() - 1)};
}

export function onBackend({shape, values}: Values): tf.Tensor {
  return tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32');
}

/** Waits for the wasm backend and gives its heap. */
export async function wasmHeap(): Promise<Heap> {
  await useBackend('wasm');
  const heap = heapOf(tf.backend());
  if (heap === undefined)
    throw new Error('The heap of the wasm backend cannot be reached, so its kernels cannot be tested.');
  return heap;
}

export function expectClose(
  actual: tf.TypedArray,
  expected: ArrayLike<number>,
  label: string,
  tolerance = 1e-4,
): void {
  expect(actual.length, label).toBe(expected.length);
  let largest = 0;
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    // A NaN must not hide: it compares false with everything.
    const difference = Math.abs(actual[i] - expected[i]);
    if (!(difference <= error)) error = difference;
  }
  expect(error / Math.max(largest, 1e-6), label).toBeLessThanOrEqual(tolerance);
}

/** What the cpu backend's kernel of that name gives. */
export async function onCpu(
  kernelName: string,
  inputs: Record<string, Values>,
  attrs: object,
): Promise<tf.TypedArray[]> {
  const before = tf.getBackend();
  await useBackend('cpu');
  const results = tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, values]) => [name, onBackend(values)]),
    );
    return [tf.engine().runKernel(kernelName, tensors, attrs as never)]
      .flat()
      .map(result => (result as tf.Tensor).dataSync());
  });
  await tf.setBackend(before);
  return results;
}

/** Runs one implementation of a kernel by itself, checking that it leaves nothing behind. */
function run(
  make: (inputs: Record<string, tf.Tensor>) => KernelResult | undefined,
  inputs: Record<string, Values>,
) {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [name, onBackend(values)]),
  );
  const before = tf.memory().numTensors;
  const dataIds = tf.backend().numDataIds();
  const made = make(tensors);
  if (made === undefined) return undefined;
  const results = [made]
    .flat()
    .map(info => (info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info)));
  const values = results.map(result => ({shape: result.shape, values: result.dataSync()}));
  tf.dispose(results);
  expect(tf.memory().numTensors, 'tensors').toBe(before);
  expect(tf.backend().numDataIds(), 'data on the heap').toBe(dataIds);
  tf.dispose(tensors);
  return values;
}

/**
 * Checks both implementations of a kernel against expected values, by default those of the cpu backend.
 * Where only one of the two covers the inputs, `covered` says which.
 */
export async function checkKernel(
  heap: Heap,
  kernel: WasmKernel,
  inputs: Record<string, Values>,
  attrs: object,
  {
    expected,
    covered = ['simd', 'composed'],
    label = '',
  }: {expected?: ArrayLike<number>[]; covered?: string[]; label?: string} = {},
): Promise<void> {
  const truth = expected ?? (await onCpu(kernel.kernelName, inputs, attrs));
  const implementations = {
    simd: run(tensors => kernel.simd?.(heap, tensors, attrs), inputs),
    composed: run(tensors => kernel.composed?.(tensors, attrs), inputs),
  };
  for (const [name, results] of Object.entries(implementations)) {
    expect(results !== undefined, `${name} ${label}`).toBe(covered.includes(name));
    results?.forEach(({values}, i) => {
      expectClose(values, truth[i], `${name} ${label}`);
    });
  }
}
