import * as tf from '@tensorflow/tfjs-core';
import type {Embeddings} from '../embeddings/embeddings';
import {unitDivisors} from '../embeddings/rowGeometry';

/** Consecutive rows of embeddings. */
export interface RowBlock {
  from: number;
  rows: number;
}

/** The cosines of a block of probes with consecutive embeddings of a gallery. */
export interface ScoreBlock {
  /** `[rows, columns]`. */
  scores: Float32Array;
  /** The first row of the gallery. */
  first: number;
  columns: number;
}

/** The number of gallery embeddings on the backend at once. */
const COLUMNS = 8192;

/** The cosines of a block of probes with the whole gallery, in pieces. */
export async function* scoreBlocks(
  probes: Embeddings,
  block: RowBlock,
  gallery: Embeddings,
): AsyncGenerator<ScoreBlock> {
  const rows = gallery.values.length / gallery.dimension;
  const units = tf.tidy(() => unitRows(probes, block));
  try {
    for (let first = 0; first < rows; first += COLUMNS) {
      const columns = Math.min(COLUMNS, rows - first);
      const product = tf.tidy(() =>
        tf.matMul(units, unitRows(gallery, {from: first, rows: columns}), false, true),
      );
      const scores = await product.data<'float32'>();
      product.dispose();
      yield {scores, first, columns};
    }
  } finally {
    units.dispose();
  }
}

/** Divided by their lengths in float64: float32 holds the squares of lengths from 1e-15 to 1e19 only. A row of zeros stays. */
function unitRows(embeddings: Embeddings, {from, rows}: RowBlock): tf.Tensor2D {
  const {values, dimension} = embeddings;
  const units = new Float32Array(rows * dimension);
  for (let i = 0; i < rows; i++) {
    const {shift, length} = unitDivisors(embeddings, from + i);
    const scale = length > 0 ? 1 / length : 0;
    const start = (from + i) * dimension;
    for (let d = 0; d < dimension; d++) units[i * dimension + d] = values[start + d] * shift * scale;
  }
  return tf.tensor2d(units, [rows, dimension]);
}
