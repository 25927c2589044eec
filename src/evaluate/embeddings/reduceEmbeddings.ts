import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import type {LinearReduction} from '../../base/linearReduction';
import {measuredRows} from '../../base/rowGeometry';
import type {ImageEmbeddings} from './embedImages';

/** Rows in float64, each of length 1 if wanted; a row of zeros stays. */
export function scaledRows(embeddings: Embeddings, normalize: boolean): Float64Array {
  const {dimension} = embeddings;
  const measured = normalize ? measuredRows(embeddings) : undefined;
  const result = Float64Array.from(measured?.values ?? embeddings.values);
  if (measured === undefined) return result;
  return result.map((value, i) => value / (measured.lengths[Math.floor(i / dimension)] || 1));
}

/**
 * Applies a linear reduction: each embedding becomes its parts along the directions of {@link fitReduction}.
 *
 * @param reduction As fitted, or as read from JSON.
 * @param embeddings Of the same networks and crops as those it was fitted on.
 * @returns `[N, k]`, row-major; not scaled to length 1.
 * @throws If embeddings are of another dimension or not equal rows of finite numbers, or the reduction's numbers do not belong together.
 *
 * @example
 * ```js
 * const reduction = {from: 2, to: 1, directions: [0.6, 0.8], normalize: true};
 * reduceEmbeddings(reduction, {values: [3, 4, 5, 0], dimension: 2}).values;   // 1, 0.6
 * ```
 */
export function reduceEmbeddings(
  reduction: LinearReduction,
  embeddings: Embeddings,
): Omit<ImageEmbeddings, 'count'> {
  const {from, to, directions, mean, normalize} = reduction;
  const rows = checkEmbeddings('reduceEmbeddings', 'embeddings', embeddings);
  if (directions.length !== from * to || (mean && mean.length !== from)) {
    throw new Error(
      `reduceEmbeddings: reduction must have ${to} directions of ${from} numbers, but has ${directions.length} numbers.`,
    );
  }
  if (embeddings.dimension !== from) {
    throw new Error(
      `reduceEmbeddings: embeddings must be of dimension ${from}, as the reduction was fitted, but are of ${embeddings.dimension}.`,
    );
  }
  const scaled = scaledRows(embeddings, normalize);
  const values = new Float32Array(rows * to);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < to; k++) {
      let sum = 0;
      for (let d = 0; d < from; d++)
        sum += (scaled[i * from + d] - (mean?.[d] ?? 0)) * directions[k * from + d];
      values[i * to + k] = sum;
    }
  }
  return {values, dimension: to};
}
