import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {Neighbours} from '../../neighbours/nearestNeighbours';
import type {Clusters} from '../clusters';
import {numberedClusters} from '../numberedClusters';
import {checkNeighbours} from './checkNeighbours';
import {sizedComponents} from './sizedComponents';

/** Options of {@link connectedComponents}. */
export interface ConnectedComponentsOptions {
  /** Neighbors of this cosine or more are joined, −1 to 1. */
  threshold: number;
  /** A component of more images is split by a threshold that rises; 600 in the paper of CDP. Default: none is. */
  largest?: number;
  /** The part of the way to 1 by which the threshold rises each time, above 0 to below 1. Default: 0.05, as in the paper of CDP. */
  step?: number;
  /** Called with the part of the images that are in final clusters, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/**
 * The connected components of the neighbors at a cosine: whoever is linked by a chain of neighbors is one person.
 *
 * With `largest`, a component with more images is split again at th + (1 − th) · step, up to cosine 1 (Zhan et al.,
 * [arXiv 1809.01407](https://arxiv.org/abs/1809.01407)). The published program makes one cluster of all that 100 rounds leave; here each
 * component stays one of its own. The first step is SciPy's `connected_components`. An image without a link is a cluster of one.
 *
 * @param neighbours Each image's neighbors, from {@link nearestNeighbours}. A pair counts if either names the other.
 * @param options The threshold, and the largest component.
 * @throws If neighbors are not as {@link nearestNeighbours} gives them, or an option is invalid.
 *
 * @example
 * ```ts
 * const near = {indices: Int32Array.of(1, 0, 1), cosines: Float32Array.of(0.9, 0.9, 0.3), k: 1};
 * const {labels} = await connectedComponents(near, {threshold: 0.5});
 * labels;   // 0, 0, 1
 * ```
 */
export async function connectedComponents(
  neighbours: Neighbours,
  options: ConnectedComponentsOptions,
): Promise<Clusters> {
  const where = 'connectedComponents';
  checkOptions(where, options, {threshold: true, largest: true, step: true, onProgress: true});
  const {threshold, largest, step = 0.05, onProgress} = options;
  checkNeighbours(where, neighbours);
  check.between(where, 'threshold', threshold, -1, 1);
  if (largest !== undefined) check.count(where, 'largest', largest);
  check.between(where, 'step', step, 1e-3, 0.999);
  return numberedClusters(
    await sizedComponents(neighbours, {threshold, largest: largest ?? Infinity, step, onProgress}),
  );
}
