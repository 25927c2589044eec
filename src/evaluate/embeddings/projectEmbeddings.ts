import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {measuredRows} from '../../base/rowGeometry';

/** The result of {@link projectEmbeddings}: embeddings in the plane. */
export interface Projection {
  /** `[N, 2]`, row-major, centered at 0, for {@link plot.featureScatter}. */
  points: Float32Array;
  /** The parts of the variance along the first and the second direction. */
  explained: [number, number];
}

/** Far more steps than two distinct directions take; equally good directions need not be separated. */
const MOST_STEPS = 2000;

/**
 * Projects embeddings of any dimension onto the plane in which they vary most (principal component analysis), for a picture.
 *
 * Each is first scaled to length 1, since verification compares directions, and the mean is subtracted. The sign of a direction makes
 * its largest component positive, as in scikit-learn, so that pictures of one set agree.
 *
 * A plane has little of a good embedding's variance: `explained` says how much. People who overlap here may be far apart.
 *
 * @param embeddings The embeddings, as from {@link embedImages}.
 * @param options How to project.
 * @param options.normalize Whether to scale each embedding to length 1. Default: true.
 * @throws If embeddings are not equal rows of at least two finite numbers, or there are fewer than two.
 *
 * @example
 * ```js
 * import {parseHTML} from 'linkedom';
 *
 * const {points} = projectEmbeddings({values: [3, 0, 0, 0, 2, 0, -1, 0, 0], dimension: 3});
 * const svg = await featureScatter({embeddings: points, labels: [0, 1, 0], document: parseHTML('<html></html>').document});
 * ```
 */
export function projectEmbeddings(embeddings: Embeddings, options: {normalize?: boolean} = {}): Projection {
  const {normalize = true} = checkOptions('projectEmbeddings', options, {normalize: true});
  const {dimension} = embeddings;
  const rows = checkEmbeddings('projectEmbeddings', 'embeddings', embeddings);
  if (rows < 2 || dimension < 2) {
    throw new Error(
      `projectEmbeddings: embeddings must be at least 2 rows of dimension 2, which span a plane, but are [${rows}, ${dimension}].`,
    );
  }
  const centered = center(embeddings, rows, normalize);
  const covariance = covarianceOf(centered, rows, dimension);
  let total = 0;
  for (let d = 0; d < dimension; d++) total += covariance[d * dimension + d];
  const first = leadingDirection(covariance, dimension);
  const second = leadingDirection(covariance, dimension, first.direction);
  const points = new Float32Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    const row = centered.subarray(i * dimension, (i + 1) * dimension);
    points[2 * i] = dot(row, first.direction);
    points[2 * i + 1] = dot(row, second.direction);
  }
  return {points, explained: [first.variance / (total || 1), second.variance / (total || 1)]};
}

function center(embeddings: Embeddings, rows: number, normalize: boolean): Float64Array {
  const {dimension} = embeddings;
  const measured = normalize ? measuredRows(embeddings) : undefined;
  const result = Float64Array.from(measured?.values ?? embeddings.values);
  const mean = new Float64Array(dimension);
  for (let i = 0; i < rows; i++) {
    const row = result.subarray(i * dimension, (i + 1) * dimension);
    const length = measured?.lengths[i] || 1;
    for (let d = 0; d < dimension; d++) {
      row[d] /= length;
      mean[d] += row[d] / rows;
    }
  }
  return result.map((value, i) => value - mean[i % dimension]);
}

/** `[D, D]`, times the number of rows. */
function covarianceOf(centered: Float64Array, rows: number, dimension: number): Float64Array {
  const covariance = new Float64Array(dimension * dimension);
  for (let i = 0; i < rows; i++) {
    const row = centered.subarray(i * dimension, (i + 1) * dimension);
    for (let a = 0; a < dimension; a++) {
      const factor = row[a];
      for (let b = a; b < dimension; b++) covariance[a * dimension + b] += factor * row[b];
    }
  }
  for (let a = 0; a < dimension; a++) {
    for (let b = 0; b < a; b++) covariance[a * dimension + b] = covariance[b * dimension + a];
  }
  return covariance;
}

/** The unit direction of largest variance, orthogonal to another one if given, by power iteration. */
function leadingDirection(
  covariance: Float64Array,
  dimension: number,
  other?: Float64Array,
): {direction: Float64Array; variance: number} {
  const acrossOther = (v: Float64Array) => {
    const along = other ? dot(v, other) : 0;
    return other ? v.map((value, d) => value - along * other[d]) : v;
  };
  const length = (v: Float64Array) => Math.sqrt(dot(v, v));
  const rounding = 1e-13 * length(covariance);
  // A start that no embeddings are orthogonal to by design.
  const start = acrossOther(Float64Array.from({length: dimension}, (_, d) => Math.sin(1 + d * d)));
  const startLength = length(start);
  let direction = start.map(value => value / startLength);
  let variance = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const product = direction.map((_, a) =>
      dot(covariance.subarray(a * dimension, (a + 1) * dimension), direction),
    );
    variance = dot(product, direction);
    const rest = acrossOther(product);
    const stretched = length(rest);
    // The remaining directions have no variance: any of them will do.
    if (stretched <= rounding) break;
    const next = rest.map(value => value / stretched);
    const turned = next.reduce((sum, value, d) => sum + (value - direction[d]) ** 2, 0);
    direction = next;
    if (turned < 1e-24) break;
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return {direction: largest < 0 ? direction.map(value => -value) : direction, variance};
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}
