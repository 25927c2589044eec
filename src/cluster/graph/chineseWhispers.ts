import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {nextTask} from '../../base/nextTask';
import {seededRandom, shuffle} from '../../base/random';
import type {Neighbours} from '../../neighbours/nearestNeighbours';
import type {Clusters} from '../clusters';
import {numberedClusters} from '../numberedClusters';
import {checkNeighbours} from './checkNeighbours';
import {type LinkGraph, linkGraph} from './linkGraph';

/** Options of {@link chineseWhispers}. */
export interface ChineseWhispersOptions {
  /** Neighbors of this cosine or more are linked, −1 to 1. */
  threshold: number;
  /** The most passes over the images; it ends before where one changes nothing. Default: 20, as in the paper. */
  rounds?: number;
  /** Seed of the order of the images in each pass. Default: 1. */
  seed?: number;
  /** Called with the part of the passes done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** Images between two turns of the event loop. */
const AT_ONCE = 2 ** 15;

/**
 * Each image takes the cluster to which its neighbors have the largest sum of cosines, again and again (Biemann: Chinese Whispers,
 * TextGraphs 2006).
 *
 *     label_i ← argmax_l Σ_{j linked with i, label_j = l} cos(i, j)
 *
 * The method of choice where all pairs would take too much: time and memory grow with the number of neighbors. It needs more of them than others do, 40 to
 * 80, or as many as the largest clusters have images. Images are taken in an order drawn by the seed; of equal sums the lowest label
 * wins. An image without a link is a cluster of one.
 *
 * @param neighbours Each image's neighbors, from {@link nearestNeighbours}. A pair counts if either names the other.
 * @param options The threshold.
 * @throws If neighbors are not as {@link nearestNeighbours} gives them, or an option is invalid.
 *
 * @example
 * ```ts
 * const near = {indices: Int32Array.of(1, 0, 1), cosines: Float32Array.of(0.9, 0.9, 0.3), k: 1};
 * const {labels, count} = await chineseWhispers(near, {threshold: 0.5});
 * count;   // 2
 * ```
 */
export async function chineseWhispers(
  neighbours: Neighbours,
  options: ChineseWhispersOptions,
): Promise<Clusters> {
  const where = 'chineseWhispers';
  checkOptions(where, options, {threshold: true, rounds: true, seed: true, onProgress: true});
  const {threshold, rounds = 20, seed = 1, onProgress} = options;
  const count = checkNeighbours(where, neighbours);
  check.between(where, 'threshold', threshold, -1, 1);
  check.count(where, 'rounds', rounds);
  check.finite(where, 'seed', seed);
  const graph = linkGraph(neighbours, threshold);
  const labels = Int32Array.from({length: count}, (_, i) => i);
  const sums = new Float64Array(count);
  for (let round = 0; round < rounds; round++) {
    const order = shuffle(
      Int32Array.from(labels, (_, i) => i),
      seededRandom(seed, round),
    );
    let changed = false;
    for (let first = 0; first < count; first += AT_ONCE) {
      for (const i of order.subarray(first, first + AT_ONCE)) {
        const label = heaviest(graph, i, labels, sums);
        if (label === labels[i]) continue;
        labels[i] = label;
        changed = true;
      }
      onProgress?.((round + Math.min(1, (first + AT_ONCE) / count)) / rounds);
      await nextTask();
    }
    if (!changed) break;
  }
  onProgress?.(1);
  return numberedClusters(labels);
}

/**
 * The label to which an image's links are heaviest; its own without any.
 *
 * @param sums Zeros, `[N]`, which they are again afterwards.
 */
function heaviest(
  {starts, ends, cosines}: LinkGraph,
  i: number,
  labels: Int32Array,
  sums: Float64Array,
): number {
  const [start, end] = [starts[i], starts[i + 1]];
  let [label, most] = [labels[i], -Infinity];
  for (let at = start; at < end; at++) sums[labels[ends[at]]] += cosines[at];
  for (let at = start; at < end; at++) {
    const other = labels[ends[at]];
    if (sums[other] > most || (sums[other] === most && other < label)) [label, most] = [other, sums[other]];
  }
  for (let at = start; at < end; at++) sums[labels[ends[at]]] = 0;
  return label;
}
