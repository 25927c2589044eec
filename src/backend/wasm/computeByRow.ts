import * as tf from '@tensorflow/tfjs-core';
import {advance} from './address';
import type {Heap} from './heap';
import {split} from './threads/piece';

/** Computes a kernel's result of each row of x, along its last axis, and one row, on all threads. */
export function computeByRow(
  heap: Heap,
  kernel: 'addToRows' | 'multiplyByRow',
  x: tf.TensorInfo,
  row: tf.TensorInfo,
): tf.TensorInfo {
  const out = heap.output(x.shape);
  const size = tf.util.sizeFromShape(row.shape);
  const all = heap.addresses({x, row, out});
  heap.run(
    kernel,
    split(tf.util.sizeFromShape(x.shape) / size, 2 * size).map(({first, count}) => ({
      x: advance(all.x, 4 * first * size),
      row: all.row,
      out: advance(all.out, 4 * first * size),
      rows: count,
      size,
    })),
  );
  return out;
}
