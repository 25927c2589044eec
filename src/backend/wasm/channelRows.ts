import {type Address, advance} from './address';
import type {Heap} from './heap';
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

/** y = (x - mean) * scale / sqrt(variance + epsilon) + offset on all threads. */
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
): void {
  heap.withScratch(channels, slopes => {
    heap.simd.batchNormSlopes({variance, scale, slopes, channels, epsilon});
    heap.run(
      'batchNorm',
      pieces.map(({first, count}) => ({
        x: advance(x, 4 * first * channels),
        mean,
        slopes,
        offset,
        y: advance(y, 4 * first * channels),
        rows: count,
        channels,
      })),
    );
  });
}
