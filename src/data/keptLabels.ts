import {imageKey} from './imageKey';
import {checkKeepList, type KeepList} from './keepList';

/** Which images a keep-list leaves, and of whom they are. */
export interface KeptLabels {
  /** The images that stay, in their order. */
  kept: number[];
  /** The class id of each of them. */
  labels: number[];
  /** The names of the classes. */
  classes: string[];
}

/** What a keep-list names and the images do not have: the sign of another set. */
const MOST_NAMED = 5;

/**
 * Applies a keep-list: images that are dropped go, moved ones change their identity, merged identities become one. Identities keep their
 * order, new ones come last in the order of their names.
 *
 * @param where What messages call the caller.
 * @param nameOf The name of an image.
 * @throws If the list is none, or names an image or identity that is not there.
 */
export function keptLabels(
  where: string,
  {length, nameOf}: {length: number; nameOf(index: number): string},
  labels: ArrayLike<number>,
  classes: readonly string[],
  list: KeepList,
): KeptLabels {
  const {drop = [], move = {}, merge = {}} = checkKeepList(where, list);
  const [dropped, moved, merged] = [
    new Set(drop),
    new Map(Object.entries(move)),
    new Map(Object.entries(merge)),
  ];
  const known = new Set([...classes, ...moved.values()]);
  const strangers = [...merged].flat().filter(name => !known.has(name));
  const missing = new Set([...dropped, ...moved.keys()]);
  const names: string[] = [];
  const kept: number[] = [];
  for (let i = 0; i < length; i++) {
    const key = imageKey(nameOf(i));
    missing.delete(key);
    if (dropped.has(key)) continue;
    let name = moved.get(key) ?? classes[labels[i]];
    for (let next = merged.get(name); next !== undefined; next = merged.get(name)) name = next;
    kept.push(i);
    names.push(name);
  }
  const unknown = [...missing, ...strangers];
  if (unknown.length > 0) {
    throw new Error(
      `${where}: keep must name images and identities of this set, but names ${unknown.slice(0, MOST_NAMED).join(', ')}` +
        `${unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : ''}.`,
    );
  }
  const present = new Set(names);
  const added = [...present].filter(name => !classes.includes(name)).sort();
  const left = [...classes.filter(name => present.has(name)), ...added];
  const numbers = new Map(left.map((name, label) => [name, label]));
  return {kept, labels: names.map(name => numbers.get(name) as number), classes: left};
}
