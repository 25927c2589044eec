import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {cosineTiles} from '../../neighbours/cosineTiles';
import {UnitRows} from '../../neighbours/unitRows';
import {checkMemory} from '../checkMemory';
import type {PairClusteringOptions} from '../pairClusteringOptions';

/** The cosines of all pairs i > j, at i(i − 1)/2 + j. */
export interface PairCosines {
  /** `[N(N − 1)/2]`. */
  cosines: Float32Array;
  /** The number of embeddings, N. */
  count: number;
}

/**
 * The cosines of all pairs of embeddings.
 *
 * @throws If embeddings are not equal rows of finite numbers, there are none, or the cosines take more memory than is allowed.
 */
export async function pairCosines(
  where: string,
  embeddings: Embeddings,
  {megabytes, onProgress}: PairClusteringOptions,
): Promise<PairCosines> {
  const count = checkEmbeddings(where, 'embeddings', embeddings);
  if (count === 0) throw new Error(`${where}: embeddings must hold at least one row, but hold none.`);
  checkMemory(where, count, 2 * count * (count - 1), megabytes);
  const pairs = new Float32Array((count * (count - 1)) / 2);
  const rows = new UnitRows(embeddings);
  for await (const {cosines, row, rows: height, column, columns} of cosineTiles(rows, rows, {onProgress})) {
    for (let j = column; j < column + columns; j++) {
      const start = (j * (j - 1)) / 2;
      const end = Math.min(row + height, j);
      for (let i = row; i < end; i++) pairs[start + i] = cosines[(i - row) * columns + j - column];
    }
  }
  return {cosines: pairs, count};
}
