import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {computeAlike} from '../computeAlike';
import {computeByRow} from '../computeByRow';
import {isPerChannel} from '../ending';
import type {Heap} from '../heap';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Each row of x, along its last axis, times its number in `column`. */
function multiplyByColumn(heap: Heap, x: tf.TensorInfo, column: tf.TensorInfo): tf.TensorInfo {
  const out = heap.output(x.shape);
  const size = x.shape.at(-1) as number;
  const all = heap.addresses({x, column, out});
  heap.run(
    'multiplyByColumn',
    split(tf.util.sizeFromShape(column.shape), 2 * size).map(({first, count}) => ({
      x: advance(all.x, 4 * first * size),
      column: advance(all.column, 4 * first),
      out: advance(all.out, 4 * first * size),
      rows: count,
      size,
    })),
  );
  return out;
}

/** The product of a matrix and what repeats along all of its axes but the last, or along the last. */
function multiplyRows(heap: Heap, x: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo | undefined {
  const {shape} = x;
  if (shape.length === 0 || b.shape.length === 0 || b.shape.length > shape.length) return undefined;
  if (tf.util.sizeFromShape(shape) === 0) return undefined;
  if (isPerChannel(b, shape.at(-1) as number)) return computeByRow(heap, 'multiplyByRow', x, b);
  return tf.util.arraysEqual(b.shape, [...shape.slice(0, -1), 1]) ? multiplyByColumn(heap, x, b) : undefined;
}

/** Products of tensors of one shape, of rows and one row, and of rows and a number for each of them, on all threads. */
export const multiply: WasmKernel = {
  kernelName: tf.Multiply,

  simd(heap, {a, b}) {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    if (tf.util.arraysEqual(a.shape, b.shape)) {
      return computeAlike(heap, 'multiplyTensors', a, b, heap.output(a.shape));
    }
    return multiplyRows(heap, a, b) ?? multiplyRows(heap, b, a);
  },
};
