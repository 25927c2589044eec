import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {nextTask} from '../../base/nextTask';
import type {Neighbours} from '../../neighbours/nearestNeighbours';
import type {Clusters} from '../clusters';
import {numberedClusters} from '../numberedClusters';
import {checkNeighbours} from './checkNeighbours';
import {linkGraph} from './linkGraph';

/** Options of {@link densityPeaks}. */
export interface DensityPeaksOptions {
  /** Neighbors of this cosine or more count for the density of an image, −1 to 1. */
  threshold: number;
  /** An image follows a denser neighbor of this cosine or more, −1 to 1; without one it is a center. Default: `threshold`. */
  separation?: number;
  /** Called with the part of the images done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** Images between two turns of the event loop. */
const AT_ONCE = 2 ** 15;

/**
 * Each image follows its nearest neighbor in denser surroundings; whoever has none near enough is the center of a cluster (Rodriguez and
 * Laio, Science 344, 2014).
 *
 *     ρ_i = Σ_{j near i} cos(i, j)        leader_i = argmax_{j near i, ρ_j > ρ_i} cos(i, j)
 *
 * The sum takes the place of the paper's count, which would give many images of a graph of k neighbors one density. Of equal densities the
 * lower image counts as denser, of equally near leaders the lower one is followed. Nothing depends on chance. Time and memory grow with the number of neighbors.
 *
 * @param neighbours Each image's neighbors, from {@link nearestNeighbours}. A pair counts if either names the other.
 * @param options What is near.
 * @throws If neighbors are not as {@link nearestNeighbours} gives them, or an option is invalid.
 *
 * @example
 * ```ts
 * const near = {indices: Int32Array.of(1, 0, 1), cosines: Float32Array.of(0.9, 0.9, 0.3), k: 1};
 * const {labels} = await densityPeaks(near, {threshold: 0.5});
 * labels;   // 0, 0, 1
 * ```
 */
export async function densityPeaks(neighbours: Neighbours, options: DensityPeaksOptions): Promise<Clusters> {
  const where = 'densityPeaks';
  checkOptions(where, options, {threshold: true, separation: true, onProgress: true});
  const {threshold, separation = threshold, onProgress} = options;
  const count = checkNeighbours(where, neighbours);
  check.between(where, 'threshold', threshold, -1, 1);
  check.between(where, 'separation', separation, -1, 1);
  const {starts, ends, cosines} = linkGraph(neighbours, Math.min(threshold, separation));
  const densities = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    // In the order of size: a sum of floats depends on the order, and ties must not.
    const near = cosines
      .subarray(starts[i], starts[i + 1])
      .filter(cosine => cosine >= threshold)
      .sort();
    densities[i] = near.reduce((sum, cosine) => sum + cosine, 0);
  }
  const isDenser = (j: number, i: number) =>
    densities[j] > densities[i] || (densities[j] === densities[i] && j < i);
  const roots = Int32Array.from(densities, (_, i) => i);
  for (let i = 0; i < count; i++) {
    let most = -Infinity;
    for (let at = starts[i]; at < starts[i + 1]; at++) {
      const [j, cosine] = [ends[at], cosines[at]];
      if (cosine < separation || cosine < most || !isDenser(j, i)) continue;
      if (cosine === most && j > roots[i]) continue;
      [roots[i], most] = [j, cosine];
    }
    if (i % AT_ONCE < AT_ONCE - 1) continue;
    onProgress?.(i / count);
    await nextTask();
  }
  onProgress?.(1);
  for (let i = 0; i < count; i++) roots[i] = follow(roots, i);
  return numberedClusters(roots);
}

/** The center at the end of a chain of leaders. */
function follow(leaders: Int32Array, i: number): number {
  let at = i;
  while (leaders[at] !== at) {
    leaders[at] = leaders[leaders[at]];
    at = leaders[at];
  }
  return at;
}
