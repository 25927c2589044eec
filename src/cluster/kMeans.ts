import * as tf from '@tensorflow/tfjs-core';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../base/embeddings';
import {nextTask} from '../base/nextTask';
import {type Random, seededRandom} from '../base/random';
import type {Clusters} from './clusters';
import {unitValues} from './unitValues';

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** The number of clusters, which the method cannot find by itself. */
  clusters: number;
  /** The centers to begin with, one for each cluster. Default: images drawn by k-means++. */
  centers?: Embeddings;
  /** The most rounds; it ends before where one changes nothing. Default: 100. */
  rounds?: number;
  /** Seed of the draw. Default: 1. */
  seed?: number;
  /** Called with the part of the rounds done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** The result of {@link kMeans}: each image belongs to the center with its label. */
export interface KMeansClusters extends Clusters {
  /** The directions of the clusters, of length 1, `[clusters, D]`. */
  centers: Float32Array;
  /** The mean cosine of the images with their centers: of two draws, the larger one is better. */
  meanCosine: number;
}

/** The images whose cosines with all centers are computed at once. */
const ROWS = 512;

/**
 * Spherical k-means: each image belongs to the nearest center by cosine, each center is the direction of the mean of its images
 * (Dhillon and Modha, 2001). The first centers are images, each drawn by its distance 1 − cos to those before it (k-means++, Arthur and
 * Vassilvitskii, 2007).
 *
 * A baseline: the number of people has to be known, and rare people are lost to frequent ones. On LFW it is far behind every other
 * method here. Cosines are computed on the backend in use. Of equally near centers the first is taken. A center without images moves to
 * the image that is farthest from its own. It takes 4D bytes for each image beside the input.
 *
 * @param embeddings The embeddings, `[N, D]`, of any length.
 * @param options The number of clusters.
 * @throws If embeddings are not equal rows of finite numbers, there are more clusters than embeddings, or an option is invalid.
 *
 * @example
 * ```ts
 * const faces = {values: [1, 0, 0.9, 0.1, 0, 1, -0.1, 1], dimension: 2};
 * const {labels} = await kMeans(faces, {clusters: 2});
 * labels[0] === labels[1] && labels[0] !== labels[2];   // true
 * ```
 */
export async function kMeans(embeddings: Embeddings, options: KMeansOptions): Promise<KMeansClusters> {
  const where = 'kMeans';
  checkOptions(where, options, {clusters: true, centers: true, rounds: true, seed: true, onProgress: true});
  const {clusters, rounds = 100, seed = 1, onProgress} = options;
  const count = checkEmbeddings(where, 'embeddings', embeddings);
  check.count(where, 'clusters', clusters);
  check.count(where, 'rounds', rounds);
  check.finite(where, 'seed', seed);
  if (clusters > count) {
    throw new Error(
      `${where}: clusters must be ${count} or fewer for ${count} embeddings, but is ${clusters}.`,
    );
  }
  const {dimension} = embeddings;
  const units = unitValues(embeddings);
  let centers = options.centers
    ? givenCenters(options.centers, clusters, dimension)
    : await drawnCenters(units, dimension, clusters, seededRandom(seed));
  const nearest: Nearest = {labels: new Int32Array(count).fill(-1), cosines: new Float32Array(count)};
  for (let round = 0; round < rounds; round++) {
    const changed = await assign(units, dimension, centers, nearest);
    onProgress?.((round + 1) / rounds);
    if (changed === 0) break;
    centers = meanDirections(units, dimension, clusters, nearest);
  }
  onProgress?.(1);
  const meanCosine = nearest.cosines.reduce((sum, cosine) => sum + cosine, 0) / count;
  return {labels: nearest.labels, count: clusters, centers, meanCosine};
}

/** The nearest center of each image. */
interface Nearest {
  labels: Int32Array;
  cosines: Float32Array;
}

function givenCenters(centers: Embeddings, clusters: number, dimension: number): Float32Array {
  const rows = checkEmbeddings('kMeans', 'centers', centers);
  if (rows !== clusters || centers.dimension !== dimension) {
    throw new Error(
      `kMeans: centers must be ${clusters} rows of dimension ${dimension}, but are ${rows} of ${centers.dimension}.`,
    );
  }
  return unitValues(centers);
}

/** Images drawn by k-means++. */
async function drawnCenters(
  units: Float32Array,
  dimension: number,
  clusters: number,
  random: Random,
): Promise<Float32Array> {
  const count = units.length / dimension;
  const centers = new Float32Array(clusters * dimension);
  const distances = new Float64Array(count).fill(1);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const drawn = drawnBy(distances, random);
    const center = units.subarray(drawn * dimension, (drawn + 1) * dimension);
    centers.set(center, cluster * dimension);
    for (let i = 0; i < count; i++) {
      let cosine = 0;
      for (let d = 0, at = i * dimension; d < dimension; d++, at++) cosine += center[d] * units[at];
      const distance = Math.max(0, 1 - cosine);
      if (cluster === 0 || distance < distances[i]) distances[i] = distance;
    }
    // Whoever was drawn is not drawn again, however its cosine with itself is rounded.
    distances[drawn] = 0;
    if (cluster % 16 === 15) await nextTask();
  }
  return centers;
}

/** A place, drawn by weights; where all are 0, any. */
function drawnBy(weights: Float64Array, random: Random): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) return Math.floor(random() * weights.length);
  let left = random() * sum;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    left -= weights[i];
    if (left < 0) break;
  }
  return last;
}

/** Finds the nearest centers. Returns how many are others than before. */
async function assign(
  units: Float32Array,
  dimension: number,
  centers: Float32Array,
  nearest: Nearest,
): Promise<number> {
  const count = units.length / dimension;
  const clusters = centers.length / dimension;
  const turned = tf.tensor2d(centers, [clusters, dimension]);
  let changed = 0;
  try {
    for (let first = 0; first < count; first += ROWS) {
      const rows = Math.min(ROWS, count - first);
      const product = tf.tidy(() => {
        const block = units.subarray(first * dimension, (first + rows) * dimension);
        return tf.matMul(tf.tensor2d(block, [rows, dimension]), turned, false, true);
      });
      const cosines = await product.data<'float32'>();
      product.dispose();
      for (let i = 0; i < rows; i++) {
        let best = i * clusters;
        for (let at = best + 1; at < (i + 1) * clusters; at++) if (cosines[at] > cosines[best]) best = at;
        const label = best - i * clusters;
        if (label !== nearest.labels[first + i]) changed++;
        nearest.labels[first + i] = label;
        nearest.cosines[first + i] = cosines[best];
      }
      await nextTask();
    }
  } finally {
    turned.dispose();
  }
  return changed;
}

/** The directions of the sums of the clusters; that of an empty one is the image farthest from its own center. */
function meanDirections(
  units: Float32Array,
  dimension: number,
  clusters: number,
  {labels, cosines}: Nearest,
): Float32Array {
  const sums = new Float64Array(clusters * dimension);
  const sizes = new Int32Array(clusters);
  labels.forEach((label, i) => {
    sizes[label]++;
    for (let d = 0; d < dimension; d++) sums[label * dimension + d] += units[i * dimension + d];
  });
  const taken = cosines.slice();
  sizes.forEach((size, cluster) => {
    if (size > 0) return;
    let farthest = 0;
    for (let i = 1; i < taken.length; i++) if (taken[i] < taken[farthest]) farthest = i;
    taken[farthest] = Infinity;
    sums.set(units.subarray(farthest * dimension, (farthest + 1) * dimension), cluster * dimension);
  });
  return unitValues({values: sums, dimension});
}
