import * as tf from '@tensorflow/tfjs-core';
import type {Heap} from './heap';

/**
 * The sum of `x` over the given axes, times `scale(number of summed values)`, if x is float32 and the axes longer than 1 are neighbors;
 * undefined otherwise.
 */
export function sumOverAxes(
  heap: Heap,
  x: tf.TensorInfo,
  {axis, keepDims}: {axis: number | number[]; keepDims?: boolean},
  scale: (count: number) => number,
): tf.TensorInfo | undefined {
  const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const long = axes.filter(a => x.shape[a] !== 1);
  const first = long.at(0) ?? 0;
  const last = long.at(-1) ?? -1;
  const between = x.shape.slice(first, last + 1).filter(length => length !== 1);
  if (x.dtype !== 'float32' || between.length !== long.length) return undefined;

  const outer = tf.util.sizeFromShape(x.shape.slice(0, first));
  const count = tf.util.sizeFromShape(between);
  const inner = tf.util.sizeFromShape(x.shape.slice(last + 1));
  const shape = x.shape.map((length, a) => (axes.includes(a) ? 1 : length));
  const out = heap.output(keepDims ? shape : x.shape.filter((_, a) => !axes.includes(a)));
  const args = {...heap.addresses({x, out}), outer, count, scale: scale(count)};
  if (inner === 1) heap.simd.sumInner(args);
  else heap.simd.sumMiddle({...args, inner});
  return out;
}
