import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {Clusters} from '../clusters';
import {sizedComponents} from '../graph/sizedComponents';
import {numberedClusters} from '../numberedClusters';
import {checkCommittee} from './checkCommittee';
import type {CommitteeMember} from './committeeMember';
import type {Mediator} from './mediator';
import {votedNeighbours} from './votedNeighbours';

/** Options of {@link consensusPropagation}. */
export interface ConsensusPropagationOptions {
  /** Pairs stay whose base cosine is this or more, −1 to 1; with a mediator, whose probability is, 0 to 1: 0.98 to 0.994 in the paper. */
  threshold: number;
  /** How many members beside the base must have a pair among their neighbors. Default: 0. Without a mediator only. */
  accept?: number;
  /** Judges the pairs in place of base cosine and vote; see {@link trainMediator}. Default: none. */
  mediator?: Mediator;
  /** A component of more images is split by a threshold that rises. Default: 600, as in the paper. */
  largest?: number;
  /** The part of the way to 1 by which the threshold rises each time, above 0 to below 1. Default: 0.05, as in the paper. */
  step?: number;
  /** Called with the part done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/**
 * Consensus-driven propagation: pairs of neighbors that a committee agrees on are joined, large components split again (Zhan et al.,
 * ECCV 2018, [arXiv 1809.01407](https://arxiv.org/abs/1809.01407)).
 *
 * - One member: a pair stays if its cosine is high enough.
 * - Vote: and at least `accept` of the other members have j among their neighbors of i.
 * - Mediator: a network of two hidden layers judges what the members say of a pair.
 *
 * An image that ends alone is set aside: its label is −1. The paper sets threshold and `accept` on labeled people. The published program
 * makes one cluster of all that 100 rounds of splitting leave; here each component stays one of its own.
 *
 * @param members What each network says of the same images; the base first. The paper has 15 neighbors each.
 * @param options The threshold, and who judges.
 * @throws If members have not the same images, a mediator lacks embeddings or was trained for another committee, or an option is invalid.
 *
 * @example
 * ```ts
 * const near = {indices: Int32Array.of(1, 0, 1), cosines: Float32Array.of(0.9, 0.9, 0.3), k: 1};
 * const {labels} = await consensusPropagation([{neighbours: near}], {threshold: 0.5});
 * labels;   // 0, 0, -1
 * ```
 */
export async function consensusPropagation(
  members: readonly CommitteeMember[],
  options: ConsensusPropagationOptions,
): Promise<Clusters> {
  const where = 'consensusPropagation';
  checkOptions(where, options, {
    threshold: true,
    accept: true,
    mediator: true,
    largest: true,
    step: true,
    onProgress: true,
  });
  const {threshold, accept = 0, mediator, largest = 600, step = 0.05, onProgress} = options;
  const count = checkCommittee(where, members, mediator !== undefined);
  check.between(where, 'threshold', threshold, mediator ? 0 : -1, 1);
  if (accept !== 0) check.count(where, 'accept', accept);
  check.between(where, 'accept', accept, 0, members.length - 1);
  check.count(where, 'largest', largest);
  check.between(where, 'step', step, 1e-3, 0.999);
  if (mediator !== undefined && accept > 0) {
    throw new Error(
      `${where}: accept must be 0 with a mediator, which judges the votes itself, but is ${accept}.`,
    );
  }
  const [{neighbours: base}, ...others] = members;
  const part = (from: number, to: number) =>
    onProgress && ((done: number) => onProgress(from + done * (to - from)));
  const judging = mediator ? 0.9 : 0;
  const judged = mediator
    ? {...base, cosines: await mediator.probabilities(members, part(0, judging))}
    : votedNeighbours(
        base,
        others.map(({neighbours}) => neighbours),
        accept,
      );
  const roots = await sizedComponents(judged, {threshold, largest, step, onProgress: part(judging, 1)});
  const sizes = new Int32Array(count);
  for (const root of roots) sizes[root]++;
  return numberedClusters(roots.map(root => (sizes[root] > 1 ? root : -1)));
}
