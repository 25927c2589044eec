import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../base/embeddings';
import type {Ranks} from '../base/ranks';
import {type CosineTile, cosineTiles} from './cosineTiles';
import {NearestRows} from './nearestRows';
import {UnitRows} from './unitRows';

/** The nearest neighbors of embeddings, as {@link nearestNeighbours} returns them. */
export interface Neighbours {
  /** The rows of the neighbors of each embedding, nearest first. `[N, k]`, row-major. */
  indices: Int32Array;
  /** The cosine of each neighbor, −1 to 1. `[N, k]`, row-major, descending in a row. */
  cosines: Float32Array;
  /** The number of neighbors of each embedding: as asked, or all that there are. */
  k: number;
}

/** Options of {@link nearestNeighbours}. */
export interface NearestNeighboursOptions {
  /** Where to look. Default: among the embeddings themselves, each without itself. */
  to?: Embeddings;
  /** Called with the part of the cosines computed so far, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Processes that share the work. Each calls with the same embeddings and gets the whole result. Default: this one alone. */
  collective?: Ranks;
}

/**
 * The k nearest neighbors of each embedding by cosine, exactly: every cosine is computed.
 *
 *     cos(x, y) = x·y / (‖x‖ ‖y‖)
 *
 * Matrix products on the backend in use compute blocks of 512 × 4096 cosines in float32; two neighbors whose cosines differ by less
 * than its rounding error, about 1e-7, may change places. Of equal cosines the lower row comes first. Lengths are computed once and in
 * float64, so that embeddings of any finite length are right; one of length 0 has the cosine 0 with everything. Beside its input a call
 * takes 8 bytes for each neighbor, 20 for each embedding and 20 MB. Among themselves N embeddings take N(N − 1)/2 cosines.
 *
 * @param embeddings The embeddings, `[N, D]`, of any length.
 * @param k The number of neighbors.
 * @param options Where to look.
 * @throws If embeddings are not equal rows of finite numbers of one dimension, there are none to look among, or k is not a count.
 *
 * @example
 * ```js
 * const faces = {values: [1, 0, 0.9, 0.1, 0, 1], dimension: 2};
 * const {indices, cosines} = await nearestNeighbours(faces, 1);
 * indices;   // 1, 0, 1
 * cosines;   // 0.99, 0.99, 0.11
 * ```
 */
export async function nearestNeighbours(
  embeddings: Embeddings,
  k: number,
  options: NearestNeighboursOptions = {},
): Promise<Neighbours> {
  const where = 'nearestNeighbours';
  checkOptions(where, options, {to: true, onProgress: true, collective: true});
  const {to, onProgress, collective} = options;
  check.count(where, 'k', k);
  const count = checkEmbeddings(where, 'embeddings', embeddings);
  const others = to === undefined ? count - 1 : checkEmbeddings(where, 'to', to);
  if (to !== undefined && to.dimension !== embeddings.dimension) {
    throw new Error(
      `${where}: to must have the dimension of embeddings, ${embeddings.dimension}, but has ${to.dimension}.`,
    );
  }
  if (others < 1) {
    throw new Error(`${where}: there must be an embedding to look among, but there is none.`);
  }
  const nearest = new NearestRows(count, Math.min(k, others));
  const rows = new UnitRows(embeddings);
  const columns = to === undefined ? rows : new UnitRows(to);
  const offer = rows === columns ? offerPairs : offerColumns;
  for await (const tile of cosineTiles(rows, columns, {ranks: collective, onProgress})) offer(nearest, tile);
  if (collective !== undefined) nearest.merge(collective);
  const cosines = nearest.cosines.map(cosine => Math.max(-1, Math.min(1, cosine)));
  return {indices: nearest.indices, cosines, k: nearest.k};
}

/** Offers each row the columns. */
function offerColumns(nearest: NearestRows, {cosines, row, rows, column, columns}: CosineTile): void {
  const {least} = nearest;
  for (let i = row, at = 0; i < row + rows; i++) {
    for (let j = column; j < column + columns; j++, at++) {
      if (cosines[at] >= least[i]) nearest.offer(i, j, cosines[at]);
    }
  }
}

/** Offers the two of each pair i < j each other. */
function offerPairs(nearest: NearestRows, {cosines, row, rows, column, columns}: CosineTile): void {
  const {least} = nearest;
  for (let i = row; i < row + rows; i++) {
    const start = (i - row) * columns - column;
    for (let j = Math.max(column, i + 1); j < column + columns; j++) {
      const cosine = cosines[start + j];
      if (cosine >= least[i]) nearest.offer(i, j, cosine);
      if (cosine >= least[j]) nearest.offer(j, i, cosine);
    }
  }
}
