import type {HandEdits} from './handEdits';
import type {Person} from './person';

/**
 * The people of an album: pinned faces by hand, the others by their cluster.
 *
 * Where a cluster has pinned faces, its other faces go to the person who has most of these. Larger people come first, then those of
 * earlier faces: a name moves nobody, so that one can be typed after another.
 *
 * @param labels The cluster of each face.
 */
export function groupPeople(labels: ArrayLike<number>, edits: HandEdits): Person[] {
  const owners = clusterOwners(labels, edits);
  const people = new Map<string, Person>();
  for (let face = 0; face < labels.length; face++) {
    if (edits.removed.has(face)) continue;
    const pinned = edits.pins.get(face) ?? owners.get(labels[face]);
    const group = pinned === undefined ? `cluster ${labels[face]}` : `person ${pinned}`;
    const person = people.get(group);
    if (person) person.faces.push(face);
    else people.set(group, newPerson(face, pinned, edits));
  }
  return [...people.values()].sort(
    (one, other) => other.faces.length - one.faces.length || one.faces[0] - other.faces[0],
  );
}

function newPerson(face: number, pinned: number | undefined, {names}: HandEdits): Person {
  if (pinned === undefined) return {key: `face-${face}`, name: '', faces: [face]};
  return {key: `person-${pinned}`, pinned, name: names.get(pinned) ?? '', faces: [face]};
}

/** The person with most pinned faces of each cluster that has any; of equal ones the earlier. */
function clusterOwners(labels: ArrayLike<number>, {pins, removed}: HandEdits): Map<number, number> {
  const counts = new Map<number, Map<number, number>>();
  for (const [face, person] of pins) {
    if (removed.has(face) || face >= labels.length) continue;
    const own = counts.get(labels[face]) ?? new Map<number, number>();
    own.set(person, (own.get(person) ?? 0) + 1);
    counts.set(labels[face], own);
  }
  const owners = new Map<number, number>();
  for (const [cluster, own] of counts) {
    const [owner] = [...own].sort(([one, a], [other, b]) => b - a || one - other)[0];
    owners.set(cluster, owner);
  }
  return owners;
}
