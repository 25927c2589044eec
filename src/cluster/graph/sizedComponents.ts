import {nextTask} from '../../base/nextTask';
import type {Neighbours} from '../../neighbours/nearestNeighbours';
import {DisjointSets} from '../disjointSets';

/** How {@link sizedComponents} splits. */
export interface SizedComponentsOptions {
  /** Pairs with this score or more are joined. */
  threshold: number;
  /** A component of at most so many images is final. */
  largest: number;
  /** The part of the way to 1 by which the threshold rises for what is larger. */
  step: number;
  /** Called with the part of the images that are final, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** Scores above it are 1 but for the rounding of float32: no threshold separates what they join. */
const HIGHEST = 1 - 1e-6;

/**
 * The connected components of the pairs at a threshold; those that are too large are split by a threshold that rises.
 *
 *     th ← th + (1 − th) · step
 *
 * Each component that the highest threshold leaves too large is a cluster of its own.
 *
 * @param graph The neighbors; cosines may be any scores up to 1. A pair counts if either names the other.
 * @returns The lowest image of each image's component, `[N]`.
 */
export async function sizedComponents(
  {indices, cosines, k}: Neighbours,
  {threshold, largest, step, onProgress}: SizedComponentsOptions,
): Promise<Int32Array> {
  const count = indices.length / k;
  const roots = new Int32Array(count);
  const sets = new DisjointSets(count);
  const sizes = new Int32Array(count);
  let rest = Int32Array.from({length: count}, (_, i) => i);
  for (let least = threshold; rest.length > 0; least += (1 - least) * step) {
    for (const i of rest) {
      sets.reset(i);
      sizes[i] = 0;
    }
    for (const i of rest) {
      for (let at = i * k; at < i * k + k; at++) if (cosines[at] >= least) sets.join(i, indices[at]);
    }
    for (const i of rest) {
      roots[i] = sets.root(i);
      sizes[roots[i]]++;
    }
    rest = least < HIGHEST && step > 0 ? rest.filter(i => sizes[roots[i]] > largest) : new Int32Array(0);
    onProgress?.(1 - rest.length / count);
    await nextTask();
  }
  return roots;
}
