import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {expect} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {type Heap, heapOf} from '../../src/backend/wasm/heap';
import {simdModuleFor} from '../../src/backend/wasm/simdModule';
import {type KernelRunner, oneThread} from '../../src/backend/wasm/threads/kernelRunner';
import {ThreadPool} from '../../src/backend/wasm/threads/threadPool';
import {startWorkers} from '../../src/backend/wasm/threads/workerThread';
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

/** Runs a heap's kernels on one thread, and remembers whether any was cut into pieces. */
interface Recorder extends KernelRunner {
  /** The most pieces that a kernel was cut into. */
  pieces: number;
}

const recorders = new WeakMap<Heap, Recorder>();

/** A page that is not isolated cannot share memory: one thread is all it has. */
const canShare = typeof SharedArrayBuffer !== 'undefined';

/** Numbers of threads beside one: more than many shapes have pieces, and than this machine may have cores. */
const several = canShare ? [2, 3, 5] : [];

/** A pool for each of them. */
const pools = new WeakMap<Heap, ThreadPool[]>();

/** Which of them is the next one's turn. */
let turn = 0;

function recorderOf(heap: Heap): Recorder {
  const {threads, run} = oneThread(heap.simd);
  const recorder: Recorder = {
    threads,
    pieces: 0,
    run: (name, pieces, scratch) => {
      recorder.pieces = Math.max(recorder.pieces, pieces.length);
      run(name, pieces, scratch);
    },
  };
  return recorder;
}

async function poolOf(heap: Heap, threads: number): Promise<ThreadPool> {
  const pool = new ThreadPool(heap.simd, await startWorkers(threads - 1));
  await pool.start(simdModuleFor(heap.memory) as WebAssembly.Module, heap.memory);
  return pool;
}

/** Waits for the wasm backend and gives its heap, for {@link checkKernel} to run on 1, 2, 3 and 5 threads where memory can be shared. */
export async function wasmHeap(): Promise<Heap> {
  await useBackend('wasm', {threads: canShare ? 2 : 1});
  const heap = heapOf(tf.backend());
  if (heap === undefined)
    throw new Error('The heap of the wasm backend cannot be reached, so its kernels cannot be tested.');
  if (!recorders.has(heap)) {
    recorders.set(heap, recorderOf(heap));
    pools.set(heap, await Promise.all(several.map(threads => poolOf(heap, threads))));
  }
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
 * Runs an implementation on one thread and, if it was cut into pieces there, on several: the results are the same to the bit.
 *
 * @returns The results, and the most pieces that a kernel was cut into.
 */
function runOnThreads(heap: Heap, work: () => ReturnType<typeof run>, onAll: boolean, label: string) {
  const recorder = recorders.get(heap) as Recorder;
  recorder.pieces = 0;
  heap.runOn(recorder);
  const results = work();
  const all = pools.get(heap) as ThreadPool[];
  const next = turn++ % all.length;
  const others = onAll ? all : all.filter((_, i) => i === next);
  for (const pool of recorder.pieces > 1 ? others : []) {
    heap.runOn(pool);
    work()?.forEach(({values}, i) => {
      const same = Buffer.from(values.buffer).equals(Buffer.from(results?.[i].values.buffer as ArrayBuffer));
      expect(same, `${label}: the same on 1 and ${pool.threads} threads`).toBe(true);
    });
  }
  return {results, pieces: recorder.pieces};
}

/**
 * Checks both implementations of a kernel against expected values, by default those of the cpu backend, on one thread and on 2, 3 or
 * 5 in turn, or with `onAll` on each of these. Where only one of the two covers the inputs, `covered` says which.
 *
 * @returns The most pieces that the work on the heap was cut into.
 */
export async function checkKernel(
  heap: Heap,
  kernel: WasmKernel,
  inputs: Record<string, Values>,
  attrs: object,
  {
    expected,
    covered = ['simd', 'composed'],
    onAll = false,
    label = '',
  }: {expected?: ArrayLike<number>[]; covered?: string[]; onAll?: boolean; label?: string} = {},
): Promise<number> {
  const truth = expected ?? (await onCpu(kernel.kernelName, inputs, attrs));
  const simd = () => run(tensors => kernel.simd?.(heap, tensors, attrs), inputs);
  const {results: ofSimd, pieces} = runOnThreads(heap, simd, onAll, `${kernel.kernelName} ${label}`);
  const implementations = {
    simd: ofSimd,
    composed: run(tensors => kernel.composed?.(tensors, attrs), inputs),
  };
  for (const [name, results] of Object.entries(implementations)) {
    expect(results !== undefined, `${name} ${label}`).toBe(covered.includes(name));
    results?.forEach(({values}, i) => {
      expectClose(values, truth[i], `${name} ${label}`);
    });
  }
  return pieces;
}
