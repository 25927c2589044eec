import * as tf from '@tensorflow/tfjs-core';
import {advance} from './address';
import type {Heap} from './heap';
import {split} from './threads/piece';

/** Computes a kernel's result, number by number, of two tensors of one shape, on all threads. */
export function computeAlike(
  heap: Heap,
  kernel: 'addTensors' | 'multiplyTensors',
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  out: tf.TensorInfo,
): tf.TensorInfo {
  const all = heap.addresses({a, b, out});
  heap.run(
    kernel,
    split(tf.util.sizeFromShape(a.shape), 3).map(({first, count}) => ({
      a: advance(all.a, 4 * first),
      b: advance(all.b, 4 * first),
      out: advance(all.out, 4 * first),
      count,
    })),
  );
  return out;
}
