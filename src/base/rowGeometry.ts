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
export function norm(rows: Rows, i: number): number {
  const {shift, length} = unitDivisors(rows, i);
  return length / shift;
}

/** What scales a row to length 1: `x * shift / length`. The length alone may not fit float64. */
export interface UnitDivisors {
  /** A power of two; 1 where the squares of the row fit float64. */
  shift: number;
  /** The length of the shifted row; 0 for a row of zeros. */
  length: number;
}

/** The numbers that scale a row to length 1, for any finite row. */
export function unitDivisors({values, dimension}: Rows, i: number): UnitDivisors {
  const [start, end] = [i * dimension, (i + 1) * dimension];
  let squares = 0;
  for (let d = start; d < end; d++) squares += values[d] * values[d];
  // A larger sum has overflowed, a smaller one has lost digits.
  const shift = squares > 2 ** 1000 ? 2 ** -540 : squares < 2 ** -900 ? 2 ** 940 : 1;
  if (shift === 1) return {shift, length: Math.sqrt(squares)};
  squares = 0;
  for (let d = start; d < end; d++) squares += (values[d] * shift) ** 2;
  return {shift, length: Math.sqrt(squares)};
}

/** Rows that keep their directions, and the length of each. */
export interface MeasuredRows extends Rows {
  lengths: Float64Array;
}

/**
 * Rows whose squares fit float64, with their lengths: a row whose squares do not is multiplied by a power of two, in a copy. For
 * what compares directions only.
 */
export function measuredRows({values, dimension}: Rows): MeasuredRows {
  const measured: MeasuredRows = {values, dimension, lengths: new Float64Array(values.length / dimension)};
  for (let i = 0; i < measured.lengths.length; i++) {
    const {shift, length} = unitDivisors(measured, i);
    measured.lengths[i] = length;
    if (shift === 1 || length === 0) continue;
    const copy = measured.values === values ? Float64Array.from(values) : (measured.values as Float64Array);
    for (let d = i * dimension; d < (i + 1) * dimension; d++) copy[d] *= shift;
    measured.values = copy;
  }
  return measured;
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
  let difference = 0;
  let sum = 0;
  // No arrays of two in the innermost loop: they take most of the time.
  for (let d = 0; d < dimension; d++) {
    const u = a.values[x + d] / normA;
    const v = b.values[y + d] / normB;
    difference += (u - v) * (u - v);
    sum += (u + v) * (u + v);
  }
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}
