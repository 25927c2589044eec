import type {Neighbours} from '../../neighbours/nearestNeighbours';

/** An undirected graph: the links of node i are from `starts[i]` to before `starts[i + 1]`. */
export interface LinkGraph {
  /** `[N + 1]`. */
  starts: Int32Array;
  /** The other ends. */
  ends: Int32Array;
  /** The cosine of each link. */
  cosines: Float32Array;
}

/**
 * The pairs of neighbors at a cosine or above, from both ends, each once: a pair counts if either names the other. It takes 8 bytes
 * for each of a node's links. Links of a node are in no order.
 */
export function linkGraph({indices, cosines, k}: Neighbours, threshold: number): LinkGraph {
  const count = indices.length / k;
  const isLink = (i: number, at: number) => indices[at] !== i && cosines[at] >= threshold;
  // Of a pair that both name, the lower one's mention counts.
  const isFirst = (i: number, at: number) => i < indices[at] || !names(indices, k, indices[at], i);
  const starts = new Int32Array(count + 1);
  const counts = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    for (let at = i * k; at < (i + 1) * k; at++) {
      if (!isLink(i, at) || !isFirst(i, at)) continue;
      counts[i]++;
      counts[indices[at]]++;
    }
  }
  for (let i = 0; i < count; i++) starts[i + 1] = starts[i] + counts[i];
  const graph = {starts, ends: new Int32Array(starts[count]), cosines: new Float32Array(starts[count])};
  const next = starts.slice(0, count);
  const add = (from: number, to: number, cosine: number) => {
    graph.ends[next[from]] = to;
    graph.cosines[next[from]++] = cosine;
  };
  for (let i = 0; i < count; i++) {
    for (let at = i * k; at < (i + 1) * k; at++) {
      if (!isLink(i, at) || !isFirst(i, at)) continue;
      add(i, indices[at], cosines[at]);
      add(indices[at], i, cosines[at]);
    }
  }
  return graph;
}

/** Whether a row names another. */
function names(indices: Int32Array, k: number, row: number, other: number): boolean {
  for (let at = row * k; at < (row + 1) * k; at++) if (indices[at] === other) return true;
  return false;
}
