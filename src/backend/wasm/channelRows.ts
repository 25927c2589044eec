import * as tf from '@tensorflow/tfjs-core';
import {type Address, advance} from './address';
import type {Heap} from './heap';
import type {Normalization} from './recipe';
import {type Piece, split} from './threads/piece';

/** x as rows of channels, and the pieces of it. */
export interface ChannelRows {
  rows: number;
  channels: number;
  pieces: Piece[];
}

/** The rows of `size` numbers with so many channels. */
export function channelRows(size: number, channels: number): ChannelRows {
  const rows = size / channels;
  return {rows, channels, pieces: split(rows, 2 * channels)};
}

/** Calls `use` with room for the sums of each piece, `count` numbers each, and with where those of a piece begin. */
export function withChannelSums(
  heap: Heap,
  {channels, pieces}: ChannelRows,
  use: (sums: Address, sumsOf: (piece: number) => Address) => void,
  count = heap.simd.channelSumsFloats({channels}),
): void {
  heap.withScratch(count * pieces.length, sums => {
    use(sums, piece => advance(sums, 4 * count * piece));
  });
}

/** What follows a batch normalization in the same pass: PReLU with slopes `alpha`, or a sum with another tensor. */
type Next = {alpha: Address} | {other: Address};

/** y = (x - mean) * scale / sqrt(variance + epsilon) + offset on all threads, or what is next of it. */
export function normalize(
  heap: Heap,
  {channels, pieces}: ChannelRows,
  {
    x,
    y,
    mean,
    variance,
    scale,
    offset,
  }: Record<'x' | 'y' | 'mean' | 'variance' | 'scale' | 'offset', Address>,
  epsilon: number,
  next?: Next,
): void {
  heap.withScratch(channels, slopes => {
    heap.simd.batchNormSlopes({variance, scale, slopes, channels, epsilon});
    const of = (tensor: Address, {first}: Piece) => advance(tensor, 4 * first * channels);
    const at = (piece: Piece) => ({
      x: of(x, piece),
      y: of(y, piece),
      mean,
      slopes,
      offset,
      rows: piece.count,
      channels,
    });
    if (next === undefined) {
      heap.run('batchNorm', pieces.map(at));
    } else if ('alpha' in next) {
      heap.run(
        'batchNormPrelu',
        pieces.map(piece => ({...at(piece), alpha: next.alpha})),
      );
    } else {
      heap.run(
        'batchNormAdd',
        pieces.map(piece => ({...at(piece), other: of(next.other, piece)})),
      );
    }
  });
}

/** The same as a tensor whose values are computed when they are read: most go into a PReLU or a sum, which computes them on its way. */
export function normalizeLater(
  heap: Heap,
  {tensors, epsilon}: Pick<Normalization, 'tensors' | 'epsilon'>,
): tf.TensorInfo {
  const {shape} = tensors.x;
  const rows = channelRows(tf.util.sizeFromShape(shape), shape.at(-1) as number);
  return heap.later(shape, {kind: 'normalization', tensors, epsilon}, y => {
    normalize(heap, rows, heap.addresses({...tensors, y}), epsilon);
  });
}
