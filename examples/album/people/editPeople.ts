import type {HandEdits} from './handEdits';
import type {Person} from './person';

/** Names a person, which pins its faces; an empty name takes the name away. */
export function namePerson(edits: HandEdits, person: Person, name: string): HandEdits {
  const {number, edits: pinned} = pinnedPerson(edits, person);
  const names = new Map(pinned.names);
  const tidy = name.trim().replace(/\s+/g, ' ');
  if (tidy === '') names.delete(number);
  else names.set(number, tidy);
  return {...pinned, names};
}

/** Makes one person of several: the first with a name, or else the first, keeps name and number. */
export function mergePeople(edits: HandEdits, people: readonly Person[]): HandEdits {
  if (people.length < 2) return edits;
  const kept = people.find(({name}) => name !== '') ?? people[0];
  const {number, edits: pinned} = pinnedPerson(edits, kept);
  const names = new Map(pinned.names);
  for (const {pinned: other} of people) if (other !== undefined && other !== number) names.delete(other);
  const faces = people.flatMap(person => person.faces);
  return {...pinned, pins: withPins(pinned, faces, number), names};
}

/** Makes a new person of some faces of one; what is left stays together too. */
export function splitFaces(edits: HandEdits, person: Person, faces: readonly number[]): HandEdits {
  if (faces.length === 0 || faces.length >= person.faces.length) return edits;
  const {edits: pinned} = pinnedPerson(edits, person);
  const number = pinned.nextPerson;
  return {...pinned, pins: withPins(pinned, faces, number), nextPerson: number + 1};
}

/**
 * Gives faces to another person. What is left of those who had them stays together: pinned faces draw the others of their cluster along.
 *
 * @param people All people of the album, among them those who have the faces.
 */
export function moveFaces(
  edits: HandEdits,
  faces: readonly number[],
  to: Person,
  people: readonly Person[],
): HandEdits {
  const moved = new Set(faces);
  let all = edits;
  for (const person of people)
    if (person.key !== to.key && person.faces.some(face => moved.has(face)))
      all = pinnedPerson(all, person).edits;
  const {number, edits: pinned} = pinnedPerson(all, to);
  return {...pinned, pins: withPins(pinned, faces, number)};
}

/** Takes faces out of the album. */
export function removeFaces(edits: HandEdits, faces: readonly number[]): HandEdits {
  const pins = new Map(edits.pins);
  for (const face of faces) pins.delete(face);
  return {...edits, pins, removed: new Set([...edits.removed, ...faces])};
}

/** The edits in which all faces of a person are pinned to it, and its number there. */
function pinnedPerson(edits: HandEdits, person: Person): {edits: HandEdits; number: number} {
  const number = person.pinned ?? edits.nextPerson;
  const nextPerson = Math.max(edits.nextPerson, number + 1);
  return {edits: {...edits, pins: withPins(edits, person.faces, number), nextPerson}, number};
}

function withPins({pins}: HandEdits, faces: readonly number[], person: number): Map<number, number> {
  const all = new Map(pins);
  for (const face of faces) all.set(face, person);
  return all;
}
