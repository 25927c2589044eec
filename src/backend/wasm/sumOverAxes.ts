import * as tf from '@tensorflow/tfjs-core';
import {type Address, advance} from './address';
import type {Heap} from './heap';
import {cut, MOST_PIECES, pieceCount, split} from './threads/piece';
import {sumParts} from './threads/sumParts';

/** `outer` times `inner` sums of `count` numbers each, of x as [outer, count, inner]. */
interface Sums {
  x: Address;
  out: Address;
  outer: number;
  count: number;
  inner: number;
  scale: number;
}

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
  const sums = {...heap.addresses({x, out}), outer, count, inner, scale: scale(count)};
  if (outer > 1 || count === 0) sumEach(heap, sums);
  else if (inner === 1) sumAll(heap, sums);
  else sumRows(heap, sums);
  return out;
}

/** Cuts where one sum ends and the next begins. */
function sumEach(heap: Heap, {x, out, outer, count, inner, scale}: Sums): void {
  const pieces = split(outer, count * inner).map(some => ({
    x: advance(x, 4 * some.first * count * inner),
    out: advance(out, 4 * some.first * inner),
    outer: some.count,
    count,
    inner,
    scale,
  }));
  if (inner === 1) heap.run('sumInner', pieces);
  else heap.run('sumMiddle', pieces);
}

/** A single sum: of the sums of its pieces. */
function sumAll(heap: Heap, {x, out, count, scale}: Sums): void {
  const pieces = split(count, 1);
  const whole = {outer: 1, scale: 1};
  heap.withScratch(pieces.length, sums => {
    heap.run(
      'sumInner',
      pieces.map((some, i) => ({
        ...whole,
        x: advance(x, 4 * some.first),
        out: advance(sums, 4 * i),
        count: some.count,
      })),
    );
    heap.simd.sumInner({x: sums, out, outer: 1, count: pieces.length, scale});
  });
}

/** Numbers that the sums of all pieces take at most. */
const MOST_NUMBERS = 1 << 20;

/** One sum a column: of the sums of pieces of the rows. */
function sumRows(heap: Heap, {x, out, count, inner, scale}: Sums): void {
  const most = Math.min(MOST_PIECES, Math.ceil(MOST_NUMBERS / inner));
  const pieces = cut(count, pieceCount(count * inner, most));
  sumParts(heap, pieces.length, inner, out, part => {
    heap.run(
      'sumMiddle',
      pieces.map((some, i) => ({
        x: advance(x, 4 * some.first * inner),
        out: part(i),
        outer: 1,
        count: some.count,
        inner,
        scale,
      })),
    );
  });
}
