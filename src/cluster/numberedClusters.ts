import type {Clusters} from './clusters';

/**
 * Clusters in the order of their first images.
 *
 * @param roots Any whole number from 0 to N − 1 that the images of a cluster share, such as the root of a tree; −1 for an image that is
 *   set aside. `[N]`.
 */
export function numberedClusters(roots: Int32Array): Clusters {
  const labels = new Int32Array(roots.length).fill(-1);
  const numbers = new Int32Array(roots.length).fill(-1);
  let count = 0;
  for (let i = 0; i < roots.length; i++) {
    const root = roots[i];
    if (root < 0) continue;
    if (numbers[root] < 0) numbers[root] = count++;
    labels[i] = numbers[root];
  }
  return {labels, count};
}
