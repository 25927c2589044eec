/** Rows of a matrix, in float64 or the input's type. */
export interface Rows {
  /** Row-major. */
  values: ArrayLike<number>;
  dimension: number;
}

/** The scalar product of two rows. */
export function dot(a: Rows, i: number, b: Rows, j: number): number {
  const {dimension} = a;
  const [x, y] = [i * dimension, j * dimension];
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += a.values[x + d] * b.values[y + d];
  return sum;
}

/** The length of a row. */
export function norm({values, dimension}: Rows, i: number): number {
  let squares = 0;
  for (let d = i * dimension; d < (i + 1) * dimension; d++) squares += values[d] * values[d];
  // Squares beyond float64 are rare, so this may be slow.
  const fits = squares > 1e-280 && squares < 1e300;
  return fits
    ? Math.sqrt(squares)
    : Math.hypot(...Array.from({length: dimension}, (_, d) => values[i * dimension + d]));
}

/**
 * The angle between two rows in radians; π/2 if one has length zero.
 *
 * Kahan's form: acos of the cosine would lose half the digits near 0 and π.
 */
export function angle(a: Rows, i: number, normA: number, b: Rows, j: number, normB: number): number {
  if (normA === 0 || normB === 0) return Math.PI / 2;
  const {dimension} = a;
  const [x, y] = [i * dimension, j * dimension];
  let [difference, sum] = [0, 0];
  for (let d = 0; d < dimension; d++) {
    const [u, v] = [a.values[x + d] / normA, b.values[y + d] / normB];
    difference += (u - v) * (u - v);
    sum += (u + v) * (u + v);
  }
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}
