import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {measuredRows} from '../../base/rowGeometry';
import type {ImageEmbeddings} from './embedImages';

/**
 * Joins the embeddings of several crops or several networks: one row an image, its parts beside each other, as DeepID does.
 *
 * Each part is scaled to length 1, so that no network counts more because its embeddings are longer: the cosine of two joined rows is the
 * mean of the cosines of their parts.
 *
 * @param parts Embeddings of the same images in the same order; dimensions may differ.
 * @param options How to join.
 * @param options.normalize Whether to scale each part to length 1. Default: true.
 * @returns Embeddings whose dimension is the sum of those of the parts.
 * @throws If there are no parts, numbers of rows differ, or embeddings are not equal rows of finite numbers.
 *
 * @example
 * ```js
 * const {values, dimension} = joinEmbeddings([{values: [3, 4, 0, 2], dimension: 2}, {values: [5, 7], dimension: 1}]);
 * values;      // 0.6, 0.8, 1, 0, 1, 1
 * dimension;   // 3
 * ```
 */
export function joinEmbeddings(
  parts: readonly Embeddings[],
  options: {normalize?: boolean} = {},
): Omit<ImageEmbeddings, 'count'> {
  const {normalize = true} = checkOptions('joinEmbeddings', options, {normalize: true});
  if (parts.length === 0)
    throw new Error('joinEmbeddings: parts must be one or more embeddings, but are none.');
  const counts = parts.map((part, i) => checkEmbeddings('joinEmbeddings', `parts[${i}]`, part));
  const [rows] = counts;
  if (counts.some(count => count !== rows)) {
    throw new Error(
      `joinEmbeddings: parts must have the same number of rows, but have ${counts.join(', ')}.`,
    );
  }
  const dimension = parts.reduce((sum, part) => sum + part.dimension, 0);
  const values = new Float32Array(rows * dimension);
  let offset = 0;
  for (const part of parts) {
    const measured = normalize ? measuredRows(part) : undefined;
    for (let i = 0; i < rows; i++) {
      const length = measured?.lengths[i] || 1;
      for (let d = 0; d < part.dimension; d++) {
        const place = i * part.dimension + d;
        values[i * dimension + offset + d] = (measured?.values ?? part.values)[place] / length;
      }
    }
    offset += part.dimension;
  }
  return {values, dimension};
}
