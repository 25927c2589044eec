/** Plain float64 vectors and matrices: the little linear algebra the reference formulas need. */

export type Vector = readonly number[];

/** Rows of equal length. */
export type Matrix = readonly Vector[];

export const zeros = (length: number): number[] => new Array<number>(length).fill(0);

export const zeroMatrix = (rows: number, columns: number): number[][] =>
  Array.from({length: rows}, () => zeros(columns));

export const ones = (length: number): number[] => new Array<number>(length).fill(1);

export const sum = (a: Vector): number => a.reduce((total, value) => total + value, 0);

export const dot = (a: Vector, b: Vector): number =>
  a.reduce((total, value, index) => total + value * b[index], 0);

/** Euclidean length; `Math.hypot` neither overflows nor underflows. */
export const norm = (a: Vector): number => Math.hypot(...a);

export const scaled = (a: Vector, factor: number): number[] => a.map(value => value * factor);

/** a + factor·b. */
export const plus = (a: Vector, b: Vector, factor = 1): number[] =>
  a.map((value, index) => value + factor * b[index]);

export const minus = (a: Vector, b: Vector): number[] => plus(a, b, -1);

/** a / ‖a‖, exactly: there is no epsilon, so a zero vector gives NaN. */
export const normalized = (a: Vector): number[] => scaled(a, 1 / norm(a));

/** Adds factor·b to `target` in place: how gradients are accumulated. */
export function accumulate(target: number[], b: Vector, factor = 1): void {
  for (let index = 0; index < target.length; index++) target[index] += factor * b[index];
}

/**
 * The angle between two vectors, accurate to rounding at every angle (acos of the cosine is not, near 0 and
 * π).
 */
export function angle(a: Vector, b: Vector): number {
  const unitA = normalized(a);
  const unitB = normalized(b);
  return 2 * Math.atan2(norm(minus(unitA, unitB)), norm(plus(unitA, unitB)));
}

/** The gradient of a function of x̂ = x/‖x‖ with respect to x: (g − x̂(x̂·g))/‖x‖. */
export function throughNormalization(x: Vector, gradient: Vector): number[] {
  const unit = normalized(x);
  return scaled(plus(gradient, unit, -dot(unit, gradient)), 1 / norm(x));
}
