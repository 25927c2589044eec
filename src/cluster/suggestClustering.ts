import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {type ClusteringMethod, clusteringMemory} from './clusteringMemory';

/** The result of {@link suggestClustering}. */
export interface ClusteringSuggestion {
  /** The name of the function to call. */
  method: ClusteringMethod;
  /** How many neighbors to find for it by {@link nearestNeighbours}; absent where it takes embeddings. */
  k?: number;
  /** The memory that it takes beside its input, in megabytes. */
  megabytes: number;
  /** Why, in a sentence. */
  reason: string;
}

/** Options of {@link suggestClustering}. */
export interface SuggestClusteringOptions {
  /** The most memory to take, in megabytes. Default: 2,000. */
  megabytes?: number;
}

/** An array cannot have the pairs of more. */
const MOST_PAIRED = 90_000;

/** Methods of a graph of neighbors, the better first. */
const GRAPHS: readonly [ClusteringMethod, string][] = [
  [
    'infomap',
    'All pairs would take too much; it takes memory by the neighbor, and comes nearest to average linkage.',
  ],
  [
    'chineseWhispers',
    'It takes half the memory and half the time of infomap, and finds people nearly as well.',
  ],
];

/**
 * Says which method suits a number of faces: average linkage while all pairs fit, Infomap above, Chinese whispers where that takes too
 * much memory, and consensus propagation for a million.
 *
 * @param count The number of faces.
 * @param options The memory there is.
 * @throws If a number is not valid.
 *
 * @example
 * ```ts
 * suggestClustering(5000).method;      // 'averageLinkage'
 * suggestClustering(200_000).method;   // 'infomap'
 * ```
 */
export function suggestClustering(
  count: number,
  options: SuggestClusteringOptions = {},
): ClusteringSuggestion {
  const where = 'suggestClustering';
  const {megabytes: most = 2000} = checkOptions(where, options, {megabytes: true});
  check.count(where, 'count', count);
  check.positive(where, 'megabytes', most);
  const linkage = clusteringMemory('averageLinkage', {count});
  if (count <= MOST_PAIRED && linkage <= most) {
    return {
      method: 'averageLinkage',
      megabytes: linkage,
      reason:
        'All pairs fit into memory, and no other method finds people as well; its tree can be cut at any cosine.',
    };
  }
  const k = 80;
  const neighbours = (8 * count * k) / 1e6;
  for (const [method, reason] of GRAPHS) {
    const megabytes = clusteringMemory(method, {count, k});
    if (megabytes + neighbours <= most) return {method, k, megabytes, reason};
  }
  return {
    method: 'consensusPropagation',
    k: 15,
    megabytes: clusteringMemory('consensusPropagation', {count}),
    reason:
      'It needs the fewest neighbors of each face and one pass over them; a committee makes it more accurate.',
  };
}
