import type {PastSighting} from './personStore';

/** Whether two sightings may show one person: not in one picture, and not farther apart than one moves in the time between. */
export function isPossible(one: PastSighting, other: PastSighting, speedLimit = Infinity): boolean {
  if (one.frame !== undefined && one.frame === other.frame) return false;
  if (speedLimit === Infinity || one.time === undefined || other.time === undefined) return true;
  const {place: from} = one;
  const {place: to} = other;
  if (from === undefined || to === undefined) return true;
  const meters = Math.hypot(...from.map((value, axis) => value - (to[axis] ?? 0)));
  return meters <= speedLimit * Math.abs(one.time - other.time);
}
