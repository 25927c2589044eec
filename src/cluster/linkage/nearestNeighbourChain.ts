import {nextTask} from '../../base/nextTask';
import {DisjointSets} from '../disjointSets';
import {Dendrogram} from './dendrogram';
import type {PairCosines} from './pairCosines';

/** The similarity of a cluster with the merge of two others, given that with each of them and the sizes of these. */
export type LinkageRule = (one: number, other: number, sizeOne: number, sizeOther: number) => number;

/** Steps of the inner loop between two turns of the event loop: some 20 ms. */
const AT_ONCE = 2 ** 23;

/**
 * Merges clusters that are each other's nearest until one is left (Benzécri, 1982; Murtagh, 1983). For a rule that never makes a
 * merge nearer to others than both its parts were, the merges are those of the greedy method, found in time N².
 *
 * @param pairs The cosines of all pairs; they are overwritten.
 */
export async function nearestNeighbourChain(
  {cosines, count}: PairCosines,
  rule: LinkageRule,
  onProgress?: (part: number) => void,
): Promise<Dendrogram> {
  const sizes = new Int32Array(count).fill(1);
  // Whoever is not merged into another yet, in ascending order.
  const active = Int32Array.from({length: count}, (_, i) => i);
  let left = count;
  const found = new UnorderedMerges(count);
  const chain: number[] = [];
  let work = 0;
  while (left > 1) {
    if (chain.length === 0) chain.push(active[0]);
    const end = chain[chain.length - 1];
    const nearest = nearestOf(cosines, active, left, end, chain[chain.length - 2] ?? -1);
    work += left;
    if (nearest !== chain[chain.length - 2]) {
      chain.push(nearest);
    } else {
      chain.length -= 2;
      const [low, high] = end < nearest ? [end, nearest] : [nearest, end];
      found.add(low, high, cosines[(high * (high - 1)) / 2 + low]);
      left = without(active, left, low);
      update(cosines, active, left, low, high, sizes, rule);
      sizes[high] += sizes[low];
      work += left;
    }
    if (work < AT_ONCE) continue;
    work = 0;
    onProgress?.(found.length / Math.max(1, count - 1));
    await nextTask();
  }
  onProgress?.(1);
  return found.inOrder();
}

/** The nearest active cluster; of equally near ones the one before in the chain, then the lowest. */
function nearestOf(
  cosines: Float32Array,
  active: Int32Array,
  left: number,
  cluster: number,
  before: number,
): number {
  let nearest = before;
  let best = before < 0 ? -Infinity : at(cosines, cluster, before);
  const start = (cluster * (cluster - 1)) / 2;
  let place = 0;
  for (; active[place] < cluster; place++) {
    const value = cosines[start + active[place]];
    if (value > best) [best, nearest] = [value, active[place]];
  }
  for (place++; place < left; place++) {
    const other = active[place];
    const value = cosines[(other * (other - 1)) / 2 + cluster];
    if (value > best) [best, nearest] = [value, other];
  }
  return nearest;
}

const at = (cosines: Float32Array, i: number, j: number): number =>
  i > j ? cosines[(i * (i - 1)) / 2 + j] : cosines[(j * (j - 1)) / 2 + i];

/** Leaves one out of the active clusters. Returns how many there are. */
function without(active: Int32Array, left: number, cluster: number): number {
  const place = active.indexOf(cluster);
  active.copyWithin(place, place + 1, left);
  return left - 1;
}

/** Writes the similarities of a merge into the row of its higher part. */
function update(
  cosines: Float32Array,
  active: Int32Array,
  left: number,
  low: number,
  high: number,
  sizes: Int32Array,
  rule: LinkageRule,
): void {
  for (let place = 0; place < left; place++) {
    const other = active[place];
    if (other === high) continue;
    const index = other < high ? (high * (high - 1)) / 2 + other : (other * (other - 1)) / 2 + high;
    cosines[index] = rule(at(cosines, other, low), cosines[index], sizes[low], sizes[high]);
  }
}

/** Merges in the order in which the chain finds them. */
class UnorderedMerges {
  length = 0;
  private readonly pairs: Int32Array;
  private readonly cosines: Float64Array;

  constructor(private readonly count: number) {
    this.pairs = new Int32Array(2 * (count - 1));
    this.cosines = new Float64Array(count - 1);
  }

  add(one: number, other: number, cosine: number): void {
    this.pairs[2 * this.length] = one;
    this.pairs[2 * this.length + 1] = other;
    this.cosines[this.length++] = Math.max(-1, Math.min(1, cosine));
  }

  /** The tree, with merges in the order of their cosines. */
  inOrder(): Dendrogram {
    const {count, pairs, cosines} = this;
    // Of equal ones the earlier first: a part is made before what it is part of.
    const order = Int32Array.from(cosines, (_, i) => i).sort((a, b) => cosines[b] - cosines[a] || a - b);
    const sets = new DisjointSets(count);
    const clusterOf = Int32Array.from({length: count}, (_, i) => i);
    const merges = new Int32Array(pairs.length);
    order.forEach((merge, m) => {
      const [one, other] = [sets.root(pairs[2 * merge]), sets.root(pairs[2 * merge + 1])];
      merges.set(
        [clusterOf[one], clusterOf[other]].sort((a, b) => a - b),
        2 * m,
      );
      sets.join(one, other);
      clusterOf[sets.root(one)] = count + m;
    });
    return new Dendrogram(
      count,
      merges,
      Float64Array.from(order, merge => cosines[merge]),
    );
  }
}
