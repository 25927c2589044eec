import type {NamedShape} from './namedShape';

/** A name that is in the network alone, in the file alone, or in both with different shapes or types. */
export interface NameDifference {
  name: string;
  /** Its shape in the network; nothing if the network has no such name. */
  ours?: readonly number[];
  /** Its shape in the file; nothing if the file has no such name. */
  theirs?: readonly number[];
}

/**
 * The differences in the order of the network. What only the file has comes after the last of its names before that is in both.
 *
 * @param apart The names that differ.
 */
export function nameDifferences(
  ours: readonly NamedShape[],
  theirs: readonly NamedShape[],
  apart: ReadonlySet<string>,
): NameDifference[] {
  const placeOf = new Map(ours.map(({name}, i) => [name, i]));
  const shapeOf = new Map(theirs.map(({name, shape}) => [name, shape]));
  const found: [place: number, difference: NameDifference][] = [];
  for (const [i, {name, shape}] of ours.entries()) {
    if (apart.has(name)) found.push([i, {name, ours: shape, theirs: shapeOf.get(name)}]);
  }
  let last = -1;
  for (const {name, shape} of theirs) {
    const place = placeOf.get(name);
    if (place !== undefined) last = place;
    else if (apart.has(name)) found.push([last + 0.5, {name, theirs: shape}]);
  }
  return found.sort(([a], [b]) => a - b).map(([, difference]) => difference);
}
