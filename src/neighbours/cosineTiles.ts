import * as tf from '@tensorflow/tfjs-core';
import {nextTask} from '../base/nextTask';
import type {UnitRows} from './unitRows';

/** The cosines of some consecutive rows with some consecutive others. */
export interface CosineTile {
  /** `[rows, columns]`. */
  cosines: Float32Array;
  /** The first of the rows. */
  row: number;
  rows: number;
  /** The first of the others. */
  column: number;
  columns: number;
}

/** Which tiles to compute, and what to call. */
export interface TileOptions {
  /** Which process this is of how many that share the tiles. Default: the only one. */
  ranks?: {readonly rank: number; readonly size: number};
  /** Called with the part of the tiles computed so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** Others of a tile: 8 MB of 512 dimensions. */
export const COLUMNS = 4096;

/** Rows of a tile, for 8 MB of cosines. */
const ROWS = 512;

/**
 * The cosines of all rows with all others, tile by tile, by matrix products on the backend in use. The others are uploaded once.
 *
 * @param rows The rows.
 * @param others The others; the same object for the pairs of one set: then a tile begins at its first row, and one that holds no pair
 *   i < j is left out.
 */
export async function* cosineTiles(
  rows: UnitRows,
  others: UnitRows,
  {ranks = {rank: 0, size: 1}, onProgress}: TileOptions = {},
): AsyncGenerator<CosineTile> {
  const tiles = tilesOf(rows.count, others.count, rows === others).filter(
    (_, i) => i % ranks.size === ranks.rank,
  );
  let block: {end: number; first: number; tensor: tf.Tensor2D} | undefined;
  try {
    for (const [done, tile] of tiles.entries()) {
      const {row, column, columns} = tile;
      const end = column + columns;
      if (block?.end !== end) {
        block?.tensor.dispose();
        block = {end, first: column, tensor: others.block(column, columns)};
      }
      const {tensor, first} = block;
      const product = tf.tidy(() => {
        const needed = column === first ? tensor : tf.slice(tensor, [column - first, 0], [columns, -1]);
        return tf.matMul(rows.block(row, tile.rows), needed, false, true);
      });
      const cosines = await product.data<'float32'>();
      product.dispose();
      yield {...tile, cosines};
      onProgress?.((done + 1) / tiles.length);
      await nextTask();
    }
  } finally {
    block?.tensor.dispose();
  }
}

/** Where the tiles lie, those of the same others one after another. */
function tilesOf(rowCount: number, columnCount: number, ofPairs: boolean): Omit<CosineTile, 'cosines'>[] {
  const tiles = [];
  for (let first = 0; first < columnCount; first += COLUMNS) {
    const end = Math.min(first + COLUMNS, columnCount);
    for (let row = 0; row < (ofPairs ? end - 1 : rowCount); row += ROWS) {
      const column = ofPairs ? Math.max(first, row) : first;
      tiles.push({row, rows: Math.min(ROWS, rowCount - row), column, columns: end - column});
    }
  }
  return tiles;
}
