import {dot, norm, normalized, plus, scaled, type Vector} from './vectors';

/**
 * A vector of length `length` at exactly `theta` radians from `direction`, in the plane of `direction` and
 * `towards`. Angle sweeps and the neighbourhoods of a margin's seams are made with it.
 */
export function atAngle(direction: Vector, towards: Vector, theta: number, length = 1): number[] {
  const unit = normalized(direction);
  const tangent = normalized(plus(towards, unit, -dot(unit, towards)));
  const rotated = plus(scaled(unit, Math.cos(theta)), tangent, Math.sin(theta));
  return scaled(rotated, length / norm(rotated));
}
