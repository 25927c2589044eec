import * as tf from '@tensorflow/tfjs-core';
import type {Embeddings} from '../embeddings/embeddings';

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
/** Far below the squared length of any embedding, and large enough to divide by without overflow. */
const EPSILON = 1e-30;

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

function unitRows({values, dimension}: Embeddings, {from, rows}: RowBlock): tf.Tensor2D {
  const part = new Float32Array(rows * dimension);
  for (let i = 0; i < part.length; i++) part[i] = values[from * dimension + i];
  const embeddings = tf.tensor2d(part, [rows, dimension]);
  return tf.mul(embeddings, tf.rsqrt(tf.maximum(tf.sum(tf.square(embeddings), 1, true), EPSILON)));
}
