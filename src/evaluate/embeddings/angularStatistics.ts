import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {angle, dot, measuredRows, norm, type Rows} from '../../base/rowGeometry';
import {meanAndDeviation} from '../meanAndDeviation';
import {smallestAngle} from './smallestAngle';

/** The result of {@link angularStatistics}: the geometry of labeled embeddings, in angles. */
export interface AngularStatistics {
  /** Mean angle between an embedding and its class's mean direction, in degrees: small for narrow classes. */
  meanIntraClassAngle: number;
  /** Smallest angle between the mean directions of two classes, in degrees: large for well-separated classes. */
  minInterClassAngle: number;
  /** Angular Fisher score, within-class over between-class scatter: small for narrow, well-separated classes. */
  angularFisher: number;
  /** Mean Euclidean norm of the embeddings. */
  meanNorm: number;
  /** Standard deviation of the norms, over the population. */
  normDeviation: number;
}

/** Options of {@link angularStatistics}. */
export interface AngularStatisticsOptions {
  /**
   * Called with the part of class pairs compared so far, from 0 to 1. 85,742 classes make 3.7 billion pairs, which are compared by matrix
   * products on the current backend.
   */
  onProgress?: (part: number) => void;
}

/**
 * Measures how narrow and how well separated the classes of embeddings are, by angles, which margin losses change.
 *
 * With x̂ = x / ‖x‖, the class mean m_j = Σ_{y_i = j} x_i / n_j, and u_j the direction of Σ_{y_i = j} x̂_i:
 *
 * - meanIntraClassAngle = (1/N) Σ_i ∠(x_i, u_{y_i})
 * - minInterClassAngle = min_{j ≠ k} ∠(u_j, u_k)
 * - angularFisher = S_w / S_b, with S_w = Σ_i (1 − cos∠(x_i, m_{y_i})), S_b = Σ_j n_j (1 − cos∠(m_j, m)) and m the
 *   mean of all embeddings: the angular Fisher score in the appendix of SphereFace (Liu et al.,
 *   [arXiv 1704.08063](https://arxiv.org/abs/1704.08063))
 *
 * Classes without embeddings are ignored. An embedding of length zero has no direction: it does not count in the directions u_j, and
 * is at 90° to everything. All sums are in float64.
 *
 * @param embeddings `[N, D]`, row-major.
 * @param labels Class ids 0 to `classes` − 1, `[N]`.
 * @param classes The number of classes.
 * @param options Progress reports.
 * @throws If `embeddings` is not N rows of equal length, a value is not finite, a label is not a class id, or fewer than two
 * classes have embeddings.
 *
 * @example
 * ```ts
 * const {minInterClassAngle, meanNorm} = await angularStatistics([1, 0, 2, 0, 0, 3, 0, 1], [0, 0, 1, 1], 2);   // 90, 1.75
 * ```
 */
export async function angularStatistics(
  embeddings: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  options: AngularStatisticsOptions = {},
): Promise<AngularStatistics> {
  checkOptions('angularStatistics', options, {onProgress: true});
  const dimension = checkedDimension(embeddings, labels, classes);
  const images = {values: embeddings, dimension};
  const directed = measuredRows(images);
  // Only classes with embeddings take memory.
  const present = [...new Set(Array.from(labels))].sort((one, other) => one - other);
  if (present.length < 2) {
    throw new Error(`angularStatistics: labels must name at least 2 classes, but name ${present.length}.`);
  }
  const places = new Map(present.map((label, place) => [label, place]));
  const classOf = Int32Array.from(labels, label => places.get(label) as number);
  const rowsOf = (count: number) => ({values: new Float64Array(count * dimension), dimension});
  const norms = new Float64Array(labels.length);
  const counts = new Float64Array(present.length);
  const [sums, directions, total] = [rowsOf(present.length), rowsOf(present.length), rowsOf(1)];
  for (let i = 0; i < labels.length; i++) {
    norms[i] = norm(images, i);
    counts[classOf[i]]++;
    addScaled(sums, classOf[i], images, i, 1);
    addScaled(total, 0, images, i, 1);
    if (directed.lengths[i] > 0) addScaled(directions, classOf[i], directed, i, 1 / directed.lengths[i]);
  }

  const sumNorms = counts.map((_, j) => norm(sums, j));
  const directionNorms = counts.map((_, j) => norm(directions, j));
  let intraClassAngles = 0;
  let withinScatter = 0;
  for (let i = 0; i < labels.length; i++) {
    const j = classOf[i];
    intraClassAngles += angle(directed, i, directed.lengths[i], directions, j, directionNorms[j]);
    withinScatter += 1 - cosine(directed, i, directed.lengths[i], sums, j, sumNorms[j]);
  }
  const totalNorm = norm(total, 0);
  let betweenScatter = 0;
  counts.forEach((count, j) => {
    betweenScatter += count * (1 - cosine(sums, j, sumNorms[j], total, 0, totalNorm));
  });

  const minInterClassAngle = await smallestAngle(
    directions,
    directionNorms,
    [...counts.keys()],
    options.onProgress,
  );
  const {mean, deviation} = meanAndDeviation(norms);
  return {
    meanIntraClassAngle: degrees(intraClassAngles / labels.length),
    minInterClassAngle: degrees(minInterClassAngle),
    angularFisher: withinScatter / betweenScatter,
    meanNorm: mean,
    normDeviation: deviation,
  };
}

const degrees = (radians: number) => (radians * 180) / Math.PI;

function checkedDimension(embeddings: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  check.count('angularStatistics', 'classes', classes);
  const dimension = embeddings.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(dimension) || dimension === 0) {
    throw new Error(
      `angularStatistics: embeddings must hold equal rows for ${labels.length} labels, but hold ${embeddings.length} values.`,
    );
  }
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isInteger(labels[i]) || labels[i] < 0 || labels[i] >= classes) {
      throw new Error(
        `angularStatistics: labels[${i}] must be a class id from 0 to ${classes - 1}, but is ${labels[i]}.`,
      );
    }
  }
  for (let i = 0; i < embeddings.length; i++) {
    if (!Number.isFinite(embeddings[i])) {
      throw new Error(
        `angularStatistics: embeddings[${i}] must be a finite number, but is ${embeddings[i]}.`,
      );
    }
  }
  return dimension;
}

function addScaled(target: Rows, to: number, {values, dimension}: Rows, from: number, factor: number): void {
  const sums = target.values as Float64Array;
  for (let d = 0; d < dimension; d++) sums[to * dimension + d] += factor * values[from * dimension + d];
}

function cosine(a: Rows, i: number, normA: number, b: Rows, j: number, normB: number): number {
  const norms = normA * normB;
  if (norms > 1e-280 && norms < 1e280) return dot(a, i, b, j) / norms;
  // The product of tiny or huge lengths leaves float64; the lengths do not.
  return normA > 0 && normB > 0 ? Math.cos(angle(a, i, normA, b, j, normB)) : 0;
}
