import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {Neighbours} from '../../neighbours/nearestNeighbours';
import type {Clusters} from '../clusters';
import {numberedClusters} from '../numberedClusters';
import {checkNeighbours} from './checkNeighbours';
import {type FlowGraph, flowGraph, moduleFlow} from './flowGraph';
import {FlowModules} from './flowModules';
import {linkGraph} from './linkGraph';

/** Options of {@link infomap}. */
export interface InfomapOptions {
  /** Neighbors of this cosine or more are linked, 0 to 1. */
  threshold: number;
  /** The most times that single images are moved once more after clusters were joined; it ends before where that saves nothing. Default: 10. */
  rounds?: number;
  /** Seed of the order in which images are looked at. Default: 1. */
  seed?: number;
  /** Called with the part of the images that keep their cluster by now, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** The result of {@link infomap}. */
export interface InfomapClusters extends Clusters {
  /** Bits that a step of the walker takes to describe: the map equation's L. 0 without a link. */
  codeLength: number;
}

/**
 * Clusters in which a walker, who goes from face to face along links by their cosines, stays longest: those by which its path is
 * described in the fewest bits (the two-level map equation of Rosvall and Bergstrom, Maps of random walks on complex networks
 * reveal community structure, PNAS 2008, arXiv:0707.0609).
 *
 *     L = q H(Q) + Σ_m p_m H(P_m)
 *
 * q: how often the walker changes its cluster, H(Q): the entropy of the clusters it goes to, p_m and H(P_m): how often it is
 * in cluster m, and the entropy of its faces and of leaving it. Images move to the cluster where they save most, then whole clusters do, then
 * images again, as in Infomap. It finds people better than {@link chineseWhispers} and takes about twice as long. It takes the
 * same neighbors, 40 to 80, at a threshold that is a little higher. An image without a link is a cluster of one.
 *
 * @param neighbours Each image's neighbors, from {@link nearestNeighbours}. A pair counts if either names the other.
 * @param options The threshold.
 * @throws If neighbors are not as {@link nearestNeighbours} gives them, or an option is invalid.
 *
 * @example
 * ```ts
 * const near = {indices: Int32Array.of(1, 0, 1), cosines: Float32Array.of(0.9, 0.9, 0.3), k: 1};
 * const {labels, count, codeLength} = await infomap(near, {threshold: 0.5});
 * count;        // 2
 * codeLength;   // 1: it goes back and forth between two faces
 * ```
 */
export async function infomap(neighbours: Neighbours, options: InfomapOptions): Promise<InfomapClusters> {
  const where = 'infomap';
  checkOptions(where, options, {threshold: true, rounds: true, seed: true, onProgress: true});
  const {threshold, rounds = 10, seed = 1, onProgress} = options;
  const count = checkNeighbours(where, neighbours);
  check.between(where, 'threshold', threshold, 0, 1);
  check.count(where, 'rounds', rounds);
  check.finite(where, 'seed', seed);
  const graph = flowGraph(linkGraph(neighbours, threshold));
  let kept = 0;
  const onPass = (stayed: number) => {
    kept = Math.max(kept, stayed);
    onProgress?.(kept);
  };
  const labels = Int32Array.from({length: count}, (_, i) => i);
  for (let round = 0; round < rounds; round++) {
    const isMoved = await new FlowModules(graph, labels).improve(seed + round, onPass);
    if (!isMoved) break;
    await joinModules(graph, labels, seed + round);
  }
  onProgress?.(1);
  return {...numberedClusters(labels), codeLength: codeLength(graph, labels)};
}

/** Joins whole modules, and what came of it again, while that saves anything. */
async function joinModules(graph: FlowGraph, labels: Int32Array, seed: number): Promise<void> {
  let modules = renumber(labels);
  for (let level = moduleFlow(graph, labels, modules); ; level = moduleFlow(graph, labels, modules)) {
    const joined = Int32Array.from({length: modules}, (_, m) => m);
    if (!(await new FlowModules(level, joined).improve(seed))) return;
    labels.forEach((label, i) => {
      labels[i] = joined[label];
    });
    modules = renumber(labels);
  }
}

/** Gives modules the numbers from 0, and tells how many there are. */
function renumber(labels: Int32Array): number {
  const {labels: numbers, count} = numberedClusters(labels);
  labels.set(numbers);
  return count;
}

function codeLength(graph: FlowGraph, labels: Int32Array): number {
  let bits = new FlowModules(graph, labels).moduleBits;
  for (const visits of graph.visits) if (visits > 0) bits -= visits * Math.log2(visits);
  return bits;
}
