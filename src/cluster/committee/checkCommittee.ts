import {checkEmbeddings} from '../../base/embeddings';
import {checkNeighbours} from '../graph/checkNeighbours';
import type {CommitteeMember} from './committeeMember';

/**
 * The number of images of a committee.
 *
 * @throws If there is no member, or they have not the same images.
 */
export function checkCommittee(
  where: string,
  members: readonly CommitteeMember[],
  isMediated: boolean,
): number {
  if (!Array.isArray(members) || members.length === 0) {
    throw new Error(
      `${where}: members must be one or more {neighbours, embeddings}, the base first, but are none.`,
    );
  }
  const counts = members.map(({neighbours}, m) => {
    if (neighbours === undefined) {
      throw new Error(
        `${where}: members[${m}].neighbours must be those of nearestNeighbours, but is undefined.`,
      );
    }
    return checkNeighbours(where, neighbours, `members[${m}].neighbours`);
  });
  members.forEach(({embeddings}, m) => {
    if (counts[m] !== counts[0]) {
      throw new Error(
        `${where}: members must have the same images, but members[${m}] has ${counts[m]} and members[0] ${counts[0]}.`,
      );
    }
    if (!isMediated) return;
    if (embeddings === undefined) {
      throw new Error(`${where}: members[${m}].embeddings must be there for a mediator, but is undefined.`);
    }
    const rows = checkEmbeddings(where, `members[${m}].embeddings`, embeddings);
    if (rows !== counts[0]) {
      throw new Error(`${where}: members[${m}].embeddings must hold ${counts[0]} rows, but hold ${rows}.`);
    }
  });
  return counts[0];
}
