import {personOfEach} from '../../base/personOfEach';
import type {GroupedPairs} from './groupRates';
import type {RowPairLists} from './pairDistances';

/** The pairs of {@link pairsWithinGroups}: everything that {@link groupReport} takes, without the scores. */
export interface PairsWithinGroups extends RowPairLists, Omit<GroupedPairs, 'scores'> {
  /** The row of the first image of each pair. `[P]`. */
  a: Int32Array;
  /** The row of the second image of each pair. `[P]`. */
  b: Int32Array;
  /** 1 where both images show one person, 0 where they show two. `[P]`. */
  same: Uint8Array;
  /** The group of both people of each pair. `[P]`. */
  groups: (string | number)[];
  /** The people of each pair, numbered. */
  people: {
    /** Of the first image. `[P]`. */
    a: Int32Array;
    /** Of the second image. `[P]`. */
    b: Int32Array;
  };
}

/**
 * Every pair of two images of one group of people: the pairs to compare groups by.
 *
 * Two people of one group are harder to tell apart than two people drawn at random, so these are the impostor pairs that count. A group of
 * n images has n (n − 1) / 2 pairs; at 1,500 images each group has a million.
 *
 * @param ids The person of each image: whole numbers or names. `[N]`.
 * @param groups The group of each image's person; null or undefined where it is unknown, and such an image is in no pair. `[N]`.
 * @throws If lengths differ, an id is neither a whole number nor a name, or one person is in two groups.
 *
 * @example
 * ```js
 * const pairs = pairsWithinGroups(['ann', 'ann', 'bo', 'cy'], ['day', 'day', 'day', 'night']);
 * pairs.a;      // 0, 0, 1
 * pairs.b;      // 1, 2, 2
 * pairs.same;   // 1, 0, 0
 * ```
 */
export function pairsWithinGroups(
  ids: ArrayLike<number | string>,
  groups: ArrayLike<string | number | null | undefined>,
): PairsWithinGroups {
  const where = 'pairsWithinGroups';
  if (groups.length !== ids.length) {
    throw new Error(
      `${where}: groups must have one value, or null, for each of ${ids.length} images, but has ${groups.length}.`,
    );
  }
  const people = personOfEach(where, 'ids', ids, ids.length);
  const members = membersOf(where, ids, people, groups);
  let count = 0;
  for (const {length} of members.values()) count += (length * (length - 1)) / 2;
  const pairs = {a: new Int32Array(count), b: new Int32Array(count), same: new Uint8Array(count)};
  const groupOfPair = new Array<string | number>(count);
  let at = 0;
  for (const [group, rows] of members) {
    for (let i = 0; i < rows.length; i++) {
      for (let j = i + 1; j < rows.length; j++, at++) {
        pairs.a[at] = rows[i];
        pairs.b[at] = rows[j];
        pairs.same[at] = Number(people[rows[i]] === people[rows[j]]);
        groupOfPair[at] = group;
      }
    }
  }
  return {
    ...pairs,
    groups: groupOfPair,
    people: {a: pairs.a.map(row => people[row]), b: pairs.b.map(row => people[row])},
  };
}

/** The rows of each group, in the order of first occurrence. */
function membersOf(
  where: string,
  ids: ArrayLike<number | string>,
  people: Int32Array,
  groups: ArrayLike<string | number | null | undefined>,
): Map<string | number, number[]> {
  const members = new Map<string | number, number[]>();
  const groupOf = new Map<number, string | number>();
  for (let row = 0; row < ids.length; row++) {
    const group = groups[row];
    if (group === null || group === undefined) continue;
    const known = groupOf.get(people[row]);
    if (known !== undefined && known !== group) {
      throw new Error(
        `${where}: groups must give a person one group, but ${ids[row]} is in ${known} and in ${group}.`,
      );
    }
    groupOf.set(people[row], group);
    const rows = members.get(group) ?? [];
    rows.push(row);
    members.set(group, rows);
  }
  return members;
}
