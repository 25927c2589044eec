import {readFile} from 'node:fs/promises';
import {sep} from 'node:path';
import {seededRandom, shuffle, type VerificationProtocol} from 'face-margins/data';
import {type GroupReport, groupReport, pairScores, pairsWithinGroups} from 'face-margins/evaluate';
import {parseIdentityGroups} from 'face-margins/formats';
import type {Verification} from './verifyModel';

/** Who belongs to which group, as `--groups` says it. */
export interface PeopleGroups {
  /** The identity that an image shows, by the image's path in its folder. */
  identityOf(image: string): string;
  /** The group of an identity; undefined where the file does not name it. */
  groupOf(identity: string): string | undefined;
}

/** The figures of groups, and in words which groups have none. */
export interface GroupFindings {
  /** Undefined where no group can be compared. */
  report?: GroupReport;
  /** Empty where all groups are in the report. */
  left: string;
}

/** More images of a group give millions of pairs, which say no more of a few hundred people. */
const mostImages = 1500;

/**
 * Opens `--groups`.
 *
 * @param how `folders`, or a file of identities and groups.
 */
export async function openGroups(how: string): Promise<PeopleGroups> {
  const partsOf = (image: string) => image.split(sep).join('/').split('/');
  if (how === 'folders') {
    return {
      identityOf: image => partsOf(image).slice(0, 2).join('/'),
      groupOf: identity => identity.split('/')[0],
    };
  }
  const groups = parseIdentityGroups(await readFile(how, 'utf8'), how);
  return {identityOf: image => partsOf(image)[0], groupOf: identity => groups.get(identity)};
}

/**
 * The rates of each group over all pairs of its images in a protocol, and the gaps between groups.
 *
 * A group needs two people, one of them with two images; those that lack it are left out and named.
 */
export function groupFindings(
  {images}: Pick<VerificationProtocol, 'images'>,
  {embeddings}: Pick<Verification, 'embeddings'>,
  {identityOf, groupOf}: PeopleGroups,
  seed: number,
): GroupFindings {
  const ids = images.names.map(identityOf);
  const all = ids.map(groupOf);
  const enough = comparable(ids, all);
  const names = new Set(all.filter(group => group !== undefined));
  const few = [...names].filter(name => !enough.has(name));
  const unknown = all.filter(group => group === undefined).length;
  const left = [
    few.length > 0 &&
      `Groups with too few people or images to compare: ${few.join(', ')}; each needs two people, one of them with two images.`,
    unknown > 0 && `${unknown.toLocaleString('en')} images show people of no group.`,
  ].filter(Boolean);
  if (enough.size === 0) return {left: left.join(' ')};
  const kept = someOfEach(all, seed);
  const groups = all.map((group, i) =>
    group !== undefined && enough.has(group) && kept.has(i) ? group : null,
  );
  const pairs = pairsWithinGroups(ids, groups);
  return {report: groupReport({...pairs, scores: pairScores(embeddings, pairs)}), left: left.join(' ')};
}

/** The groups that have pairs of both kinds. */
function comparable(ids: readonly string[], groups: readonly (string | undefined)[]): Set<string> {
  const people = new Map<string, Set<string>>();
  const repeated = new Set<string>();
  ids.forEach((id, i) => {
    const group = groups[i];
    if (group === undefined) return;
    const known = people.get(group) ?? new Set();
    if (known.has(id)) repeated.add(group);
    people.set(group, known.add(id));
  });
  return new Set([...people].flatMap(([group, {size}]) => (size > 1 && repeated.has(group) ? [group] : [])));
}

/** The places of so many images of each group, drawn by the seed. */
function someOfEach(groups: readonly (string | undefined)[], seed: number): Set<number> {
  const counts = new Map<string | undefined, number>();
  const order = shuffle([...groups.keys()], seededRandom(seed));
  return new Set(
    order.filter(i => {
      const count = (counts.get(groups[i]) ?? 0) + 1;
      counts.set(groups[i], count);
      return count <= mostImages;
    }),
  );
}
