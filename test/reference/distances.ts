import {
  dot,
  type Matrix,
  minus,
  norm,
  normalized,
  scaled,
  throughNormalization,
  type Vector,
  zeros,
} from './vectors';

/** ‖a − b‖², ‖a − b‖, or 1 − cos(a, b). */
export type DistanceName = 'squared' | 'euclidean' | 'cosine';

export interface Distance {
  value: number;
  /** The gradients with respect to both ends. */
  a: number[];
  b: number[];
}

/** A distance with its gradients; two equal points have the plain distance 0 with gradient 0. */
export function distance(name: DistanceName, a: Vector, b: Vector): Distance {
  const difference = minus(a, b);
  if (name === 'squared') {
    return {value: dot(difference, difference), a: scaled(difference, 2), b: scaled(difference, -2)};
  }
  if (name === 'euclidean') {
    const value = norm(difference);
    const direction = value === 0 ? zeros(a.length) : scaled(difference, 1 / value);
    return {value, a: direction, b: scaled(direction, -1)};
  }
  const unitA = normalized(a);
  const unitB = normalized(b);
  return {
    value: distance('squared', unitA, unitB).value / 2,
    a: throughNormalization(a, scaled(unitB, -1)),
    b: throughNormalization(b, scaled(unitA, -1)),
  };
}

/** All distances of a batch, [B][B]. */
export const distanceMatrix = (embeddings: Matrix, name: DistanceName): number[][] =>
  embeddings.map(a => embeddings.map(b => distance(name, a, b).value));

/** The rows x̂ = x/‖x‖, and what takes a gradient with respect to them back to the rows x. */
export function normalizeRows(rows: Matrix): {rows: number[][]; back: (gradient: Matrix) => number[][]} {
  return {
    rows: rows.map(normalized),
    back: gradient => gradient.map((g, i) => throughNormalization(rows[i], g)),
  };
}
