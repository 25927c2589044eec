/** A point of an image: x to the right, y down, in pixels. The center of the first pixel is (0, 0), as in OpenCV. */
export type Point = readonly [x: number, y: number];

/** A rotation, a scale and a shift: `x' = a x − b y + tx`, `y' = b x + a y + ty`. */
export interface SimilarityTransform {
  /** Scale times the cosine of the angle. */
  a: number;
  /** Scale times the sine of the angle. */
  b: number;
  /** Shift to the right, in pixels. */
  tx: number;
  /** Shift down, in pixels. */
  ty: number;
}

/**
 * The similarity transform that maps points closest to others, in least squares (Umeyama, IEEE TPAMI 13(4), 1991).
 *
 * In two dimensions Umeyama's solution has a closed form without singular values, and is never a reflection. With the centered
 * points as complex numbers x and y it is `a + ib = Σ x̄ y / Σ |x|²`.
 *
 * @param from At least two points, not all equal.
 * @param to The same number of points.
 * @throws If there are fewer than two points, the numbers differ, a point is not finite, or all points of `from` are equal.
 *
 * @example
 * ```ts
 * similarityTransform([[0, 0], [1, 0]], [[2, 3], [2, 5]]); // {a: 0, b: 2, tx: 2, ty: 3}
 * ```
 */
export function similarityTransform(from: readonly Point[], to: readonly Point[]): SimilarityTransform {
  if (from.length !== to.length || from.length < 2) {
    throw new Error(
      `similarityTransform: from and to must have the same number of points, at least two, but have ${from.length} and ${to.length}.`,
    );
  }
  const [x, y] = [mean('from', from), mean('to', to)];
  let spread = 0;
  let real = 0;
  let imaginary = 0;
  for (const [i, point] of from.entries()) {
    const [u, v] = [point[0] - x[0], point[1] - x[1]];
    const [s, t] = [to[i][0] - y[0], to[i][1] - y[1]];
    spread += u * u + v * v;
    real += u * s + v * t;
    imaginary += u * t - v * s;
  }
  if (!(spread > 0))
    throw new Error('similarityTransform: from must have points that differ, but all are the same.');
  const [a, b] = [real / spread, imaginary / spread];
  return {a, b, tx: y[0] - a * x[0] + b * x[1], ty: y[1] - b * x[0] - a * x[1]};
}

function mean(name: string, points: readonly Point[]): Point {
  const sum = [0, 0];
  for (const [i, point] of points.entries()) {
    if (!(point.length === 2 && Number.isFinite(point[0]) && Number.isFinite(point[1]))) {
      throw new Error(
        `similarityTransform: ${name} must hold finite points [x, y], but point ${i} is [${point}].`,
      );
    }
    sum[0] += point[0];
    sum[1] += point[1];
  }
  return [sum[0] / points.length, sum[1] / points.length];
}
