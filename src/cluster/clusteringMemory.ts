import {check} from '../base/check';

/** A method of `face-margins/cluster`. */
export type ClusteringMethod =
  | 'averageLinkage'
  | 'completeLinkage'
  | 'singleLinkage'
  | 'connectedComponents'
  | 'chineseWhispers'
  | 'infomap'
  | 'consensusPropagation'
  | 'densityPeaks'
  | 'dbscan'
  | 'kMeans';

/** How much there is to cluster. */
export interface ClusteringSize {
  /** The number of embeddings, N. */
  count: number;
  /** The length of an embedding, D. Default: 512. */
  dimension?: number;
  /** The number of neighbors of each, k. Default: 80 for chineseWhispers and infomap, else 15. */
  k?: number;
  /** The number of clusters of kMeans. Default: a tenth of the embeddings. */
  clusters?: number;
}

/**
 * The memory that a method takes beside embeddings, neighbors and the backend, in megabytes: what to ask before it is called.
 *
 *     linkage   (2N(N − 1) + 100N) / 10⁶
 *
 * A graph takes at most 16 bytes for each of N k neighbors, and infomap 16 more for the links between its clusters; k-means 4 bytes for each of N D values and 12 for each of its centers'.
 *
 * @throws If a number is not a count, or the method is unknown.
 *
 * @example
 * ```ts
 * clusteringMemory('averageLinkage', {count: 5985});   // 72.2
 * ```
 */
export function clusteringMemory(method: ClusteringMethod, size: ClusteringSize): number {
  const where = 'clusteringMemory';
  const {count, dimension = 512, k = method === 'chineseWhispers' || method === 'infomap' ? 80 : 15} = size;
  const {clusters = Math.ceil(count / 10)} = size;
  for (const [name, value] of Object.entries({count, dimension, k, clusters}))
    check.count(where, name, value);
  const bytes: Record<ClusteringMethod, number> = {
    averageLinkage: linkage(count),
    completeLinkage: linkage(count),
    singleLinkage: linkage(count),
    connectedComponents: 24 * count,
    chineseWhispers: (16 * k + 40) * count,
    infomap: (32 * k + 100) * count,
    consensusPropagation: (4 * k + 32) * count,
    densityPeaks: (16 * k + 24) * count,
    dbscan: 24 * count,
    kMeans: 4 * count * (dimension + 3) + 12 * clusters * dimension + 2048 * clusters,
  };
  check.oneOf(where, 'method', method, Object.keys(bytes));
  return bytes[method] / 1e6;
}

const linkage = (count: number) => 2 * count * (count - 1) + 100 * count;
