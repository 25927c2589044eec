import {described} from '../base/described';

/**
 * What a person decided about a set of faces: which images to leave out, which are of somebody else, and who is one person. A file of
 * JSON that `npm run clean` saves and {@link FaceImages.subset} applies.
 */
export interface KeepList {
  /** Tells it from other files. */
  format: 'face-margins keep-list 1';
  /** Images to leave out, by {@link imageKey}. Default: none. */
  drop?: string[];
  /** Images of somebody else: the name of the identity by {@link imageKey}; a name that is not there yet is a new identity. Default: none. */
  move?: Record<string, string>;
  /** Identities that are one person: the name that stays by the name that goes. Default: none. */
  merge?: Record<string, string>;
}

/**
 * Checks what may come from a file.
 *
 * @throws If it is not a keep-list, or its merges go round in a circle.
 */
export function checkKeepList(where: string, list: unknown): KeepList {
  const {format, drop = [], move = {}, merge = {}} = (list ?? {}) as KeepList;
  if (format !== 'face-margins keep-list 1') {
    throw new Error(
      `${where}: keep must be a keep-list with the format 'face-margins keep-list 1', but is ${format === undefined ? described(list) : `of format ${String(format)}`}.`,
    );
  }
  const isNames = (record: unknown): record is Record<string, string> =>
    typeof record === 'object' &&
    record !== null &&
    !Array.isArray(record) &&
    Object.values(record).every(name => typeof name === 'string' && name !== '');
  if (!Array.isArray(drop) || drop.some(name => typeof name !== 'string')) {
    throw new Error(`${where}: keep.drop must be a list of names of images, but is ${described(drop)}.`);
  }
  if (!isNames(move) || !isNames(merge)) {
    throw new Error(`${where}: keep.${isNames(move) ? 'merge' : 'move'} must be names by names, but is not.`);
  }
  for (const first of Object.keys(merge)) {
    let name = first;
    for (let steps = 0; Object.hasOwn(merge, name); steps++) {
      name = merge[name];
      if (name === first || steps > Object.keys(merge).length) {
        throw new Error(
          `${where}: keep.merge must lead from each identity to another, but leads from ${first} back to itself.`,
        );
      }
    }
  }
  return {format, drop, move, merge};
}
