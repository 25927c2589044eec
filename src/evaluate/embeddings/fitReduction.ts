import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import type {LinearReduction} from '../../base/linearReduction';
import {scaledRows} from './reduceEmbeddings';
import {symmetricEigen} from './symmetricEigen';

/** The result of {@link fitReduction}. */
export interface FittedReduction extends LinearReduction {
  /** The part of the squared lengths that each direction keeps, descending; of the variance, where the mean is subtracted. */
  explained: number[];
}

/** Options of {@link fitReduction}. */
export interface FitReductionOptions {
  /** How long reduced embeddings are, k. */
  dimension: number;
  /** Whether to scale each embedding to length 1 first. Default: true. */
  normalize?: boolean;
  /** Whether to subtract the mean first, as principal component analysis does. Default: false, which keeps cosines best. */
  center?: boolean;
}

/**
 * Fits a linear reduction of embeddings: the k orthogonal directions that keep the most of them, for joined embeddings of several crops or
 * networks, or for a smaller gallery.
 *
 * Without centering, scalar products of reduced embeddings are the nearest to those of whole ones that k numbers can have (Eckart and
 * Young). With `center` it is principal component analysis. The sign of a direction makes its largest component positive, as in
 * scikit-learn. The result is plain data, to keep as JSON beside the models; {@link index.withReduction} makes it a part of one.
 *
 * Fit on training images, of many people. It takes O(N D² + D³): some ten seconds for 512 dimensions.
 *
 * Sun, Wang, Tang: Deep Learning Face Representation from Predicting 10,000 Classes, CVPR 2014, joins 60 crops so.
 *
 * @param embeddings The embeddings, as from {@link embedImages} or {@link joinEmbeddings}.
 * @param options How long they become, and what is done first.
 * @throws If `dimension` is not a whole number from 1 to that of the embeddings, or they are not equal rows of finite numbers.
 *
 * @example
 * ```js
 * const embeddings = {values: [2, 0, 0.1, 0, 3, 0, 1, 1, 0], dimension: 3};
 * const reduction = fitReduction(embeddings, {dimension: 2});
 * reduceEmbeddings(reduction, embeddings).dimension;   // 2
 * ```
 */
export function fitReduction(embeddings: Embeddings, options: FitReductionOptions): FittedReduction {
  const where = 'fitReduction';
  checkOptions(where, options, {dimension: true, normalize: true, center: true});
  const {dimension: to, normalize = true, center = false} = options;
  const rows = checkEmbeddings(where, 'embeddings', embeddings);
  const from = embeddings.dimension;
  check.count(where, 'dimension', to);
  if (to > from || rows === 0) {
    throw new Error(
      `${where}: dimension must be at most ${from}, that of the embeddings, of which there must be some, but is ${to} of ${rows}.`,
    );
  }
  const values = scaledRows(embeddings, normalize);
  const mean = center ? meanOf(values, rows, from) : undefined;
  const {values: kept, vectors} = symmetricEigen(scatterOf(values, rows, from, mean), from);
  const total = kept.reduce((sum, value) => sum + value, 0);
  return {
    from,
    to,
    directions: vectors.slice(0, to).flatMap(vector => [...upright(vector)]),
    ...(mean && {mean: [...mean]}),
    normalize,
    explained: kept.slice(0, to).map(value => Math.max(0, value) / (total || 1)),
  };
}

function meanOf(values: Float64Array, rows: number, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  for (let i = 0; i < values.length; i++) mean[i % dimension] += values[i] / rows;
  return mean;
}

/** `Σ x xᵀ`, of what is left without the mean. */
function scatterOf(values: Float64Array, rows: number, dimension: number, mean?: Float64Array): Float64Array {
  const scatter = new Float64Array(dimension * dimension);
  for (let i = 0; i < rows; i++) {
    const row = values.slice(i * dimension, (i + 1) * dimension);
    if (mean) for (let d = 0; d < dimension; d++) row[d] -= mean[d];
    for (let a = 0; a < dimension; a++) {
      const factor = row[a];
      for (let b = a; b < dimension; b++) scatter[a * dimension + b] += factor * row[b];
    }
  }
  for (let a = 0; a < dimension; a++) {
    for (let b = 0; b < a; b++) scatter[a * dimension + b] = scatter[b * dimension + a];
  }
  return scatter;
}

function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map(value => -value) : vector;
}
