import {dot, norm, normalized, plus, scaled, type Vector} from './vectors';

/**
 * A vector of length `length` at exactly `theta` radians from `direction`, in the plane of `direction` and
 * `toward`. Angle sweeps and the neighborhoods of a margin's seams are made with it.
 */
export function atAngle(direction: Vector, toward: Vector, theta: number, length = 1): number[] {
  const unit = normalized(direction);
  const tangent = normalized(plus(toward, unit, -dot(unit, toward)));
  const rotated = plus(scaled(unit, Math.cos(theta)), tangent, Math.sin(theta));
  return scaled(rotated, length / norm(rotated));
}
