/** The geometry of labeled embeddings, in angles: what {@link angularStatistics} gives. */
export interface AngularStatistics {
  /** Mean angle between an embedding and the mean direction of its class, in degrees: small when classes are narrow. */
  meanIntraClassAngle: number;
  /** Smallest angle between the mean directions of two classes, in degrees: large when classes are well apart. */
  minInterClassAngle: number;
  /** Angular Fisher score, within-class over between-class scatter: small when classes are narrow and well apart. */
  angularFisher: number;
  /** Mean Euclidean norm of the embeddings. */
  meanNorm: number;
  /** Standard deviation of those norms, over the population. */
  normDeviation: number;
}

/**
 * Measures how narrow the classes of a set of embeddings are and how far apart, by the angles that a margin loss is about.
 *
 * With x̂ = x / ‖x‖, the class mean m_j = Σ_{y_i = j} x_i / n_j, and u_j the direction of Σ_{y_i = j} x̂_i:
 *
 * - meanIntraClassAngle = (1/N) Σ_i ∠(x_i, u_{y_i})
 * - minInterClassAngle = min_{j ≠ k} ∠(u_j, u_k)
 * - angularFisher = S_w / S_b, with S_w = Σ_i (1 − cos∠(x_i, m_{y_i})), S_b = Σ_j n_j (1 − cos∠(m_j, m)) and m the
 *   mean of all embeddings: the angular Fisher score in the appendix of SphereFace (Liu et al., arXiv 1704.08063)
 *
 * A class without embeddings takes no part. An embedding of length zero has no direction: it takes no part in the
 * directions u_j, and stands at 90° to everything. All sums are in float64.
 *
 * @example
 * ```ts
 * const twoClasses = angularStatistics([1, 0, 2, 0, 0, 3, 0, 1], [0, 0, 1, 1], 2);
 * // meanIntraClassAngle 0, minInterClassAngle 90, angularFisher 0, meanNorm 1.75
 * ```
 * @param embeddings `[N, D]`, row-major.
 * @param labels Class ids 0 to `classes` − 1, `[N]`.
 * @param classes How many classes there are.
 * @throws An error when `embeddings` is not N rows of equal length, when it holds a value that is not finite, when a
 *   label is not a class id, or when fewer than two classes have embeddings.
 */
export function angularStatistics(
  embeddings: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): AngularStatistics {
  const dimension = checkedDimension(embeddings, labels, classes);
  const row = (i: number) => Float64Array.from({length: dimension}, (_, d) => embeddings[i * dimension + d]);
  const zeros = () => new Float64Array(dimension);

  const norms = Float64Array.from(labels, (_, i) => norm(row(i)));
  const counts = new Float64Array(classes);
  const sums = Array.from({length: classes}, zeros);
  const directions = Array.from({length: classes}, zeros);
  const total = zeros();
  for (let i = 0; i < labels.length; i++) {
    const x = row(i);
    counts[labels[i]]++;
    addScaled(sums[labels[i]], x, 1);
    addScaled(total, x, 1);
    if (norms[i] > 0) {
      addScaled(directions[labels[i]], x, 1 / norms[i]);
    }
  }

  let intraClassAngles = 0;
  let withinScatter = 0;
  for (let i = 0; i < labels.length; i++) {
    const x = row(i);
    intraClassAngles += angle(x, directions[labels[i]]);
    withinScatter += 1 - cosine(x, sums[labels[i]]);
  }

  const present = [...counts.keys()].filter(j => counts[j] > 0);
  if (present.length < 2) {
    throw new Error(`angularStatistics: labels name ${present.length} classes; at least 2 are needed.`);
  }
  let betweenScatter = 0;
  let minInterClassAngle = Infinity;
  for (const j of present) {
    betweenScatter += counts[j] * (1 - cosine(sums[j], total));
    for (const k of present) {
      if (k > j) {
        minInterClassAngle = Math.min(minInterClassAngle, angle(directions[j], directions[k]));
      }
    }
  }

  const meanNorm = mean(norms);
  return {
    meanIntraClassAngle: intraClassAngles / labels.length,
    minInterClassAngle,
    angularFisher: withinScatter / betweenScatter,
    meanNorm,
    normDeviation: Math.sqrt(mean(norms.map(value => (value - meanNorm) ** 2))),
  };
}

function checkedDimension(embeddings: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  const dimension = embeddings.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(dimension) || dimension === 0) {
    throw new Error(
      `angularStatistics: ${embeddings.length} values in embeddings are not equal rows for the ${labels.length} labels.`,
    );
  }
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isInteger(labels[i]) || labels[i] < 0 || labels[i] >= classes) {
      throw new Error(`angularStatistics: labels[${i}] is ${labels[i]}; class ids are 0 to ${classes - 1}.`);
    }
  }
  for (let i = 0; i < embeddings.length; i++) {
    if (!Number.isFinite(embeddings[i])) {
      throw new Error(`angularStatistics: embeddings[${i}] is ${embeddings[i]}; every value must be finite.`);
    }
  }
  return dimension;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let d = 0; d < target.length; d++) {
    target[d] += factor * source[d];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, d) => sum + value * b[d], 0);
}

function norm(a: Float64Array): number {
  return Math.hypot(...a);
}

function cosine(a: Float64Array, b: Float64Array): number {
  const norms = norm(a) * norm(b);
  return norms > 0 ? dot(a, b) / norms : 0;
}

/** The angle between two vectors in degrees. */
function angle(a: Float64Array, b: Float64Array): number {
  const lengthA = norm(a);
  const lengthB = norm(b);
  if (lengthA === 0 || lengthB === 0) {
    return 90;
  }
  // Kahan's form: acos of the cosine would lose half the digits near 0 and 180 degrees.
  const difference = a.map((value, d) => value / lengthA - b[d] / lengthB);
  const sum = a.map((value, d) => value / lengthA + b[d] / lengthB);
  return (2 * Math.atan2(norm(difference), norm(sum)) * 180) / Math.PI;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
