import type {Neighbours} from '../../neighbours/nearestNeighbours';

/**
 * The pairs of the base that enough members confirm; a pair without that many has the cosine −Infinity.
 *
 * A member confirms (i, j) if j is among its neighbors of i.
 */
export function votedNeighbours(base: Neighbours, others: readonly Neighbours[], accept: number): Neighbours {
  if (accept === 0) return base;
  const {indices, k} = base;
  const cosines = base.cosines.slice();
  const count = indices.length / k;
  const named = new Int32Array(count).fill(-1);
  const votes = new Int32Array(k);
  for (let i = 0; i < count; i++) {
    votes.fill(0);
    for (const [m, other] of others.entries()) {
      const mark = i * others.length + m;
      for (let at = i * other.k; at < (i + 1) * other.k; at++) named[other.indices[at]] = mark;
      for (let n = 0; n < k; n++) if (named[indices[i * k + n]] === mark) votes[n]++;
    }
    for (let n = 0; n < k; n++) if (votes[n] < accept) cosines[i * k + n] = -Infinity;
  }
  return {indices, cosines, k};
}
