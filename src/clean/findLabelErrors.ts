import * as tf from '@tensorflow/tfjs-core';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../base/embeddings';
import {nextTask} from '../base/nextTask';
import {unitValues} from '../cluster/unitValues';
import {nearestNeighbours} from '../neighbours/nearestNeighbours';
import {type ClassClusters, classClusters, imagesOfClasses} from './classClusters';
import type {CleaningReport, LowQualityImage, Outlier, SplitPerson} from './cleaningReport';
import {nearDuplicates} from './nearDuplicates';

/** Options of {@link findLabelErrors}. Cosines are those at which a MobileFaceNet did best on LFW; another network may need others. */
export interface FindLabelErrorsOptions {
  /** Where the tree of a class is cut: the largest cluster is the person. Default: 0.26. */
  clusterThreshold?: number;
  /** Two classes are one person if the cosine of their means is this or more. Default: 0.53. */
  splitThreshold?: number;
  /** A further cluster of so many images is a further person. Default: 3. */
  leastImages?: number;
  /** Two images under two names are reported if their cosine is this or more. Default: 0.72. */
  duplicateThreshold?: number;
  /** The quality of each image, `[N]`: norms of {@link evaluate.embeddingNorms}, or of {@link imageQualities}. Default: none. */
  qualities?: ArrayLike<number>;
  /** The part of the images whose quality is reported as low, 0 to 1. Default: 0.01. */
  lowestPart?: number;
  /** Called with the part done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** The rows whose cosines with the means of all classes are computed at once. */
const ROWS = 512;

/**
 * Finds what is probably wrong in a labeled set of faces: images of other people, people under two names, classes of several people, one
 * picture under two names, low quality.
 *
 * - Each class is cut into clusters by average linkage. The mean of the largest one, `m`, stands for the person.
 * - An outlier is an image that the mean of another class is nearer to than that of its own, taken without it; or one outside the largest
 *   cluster, below the cut with every mean. The only image of a class is none; two names for one person are a split.
 * - A split person is two classes whose means are near.
 * - A mixed class has a further cluster of several images.
 *
 * A report holds candidates. {@link keepListOf} takes them as they are; look at them before: twins are no error, and neither are
 * photographs of a child and of the same person as an adult.
 *
 * @param embeddings The embeddings, `[N, D]`, by a network that was not trained on these labels.
 * @param labels The class of each image, any whole number, `[N]`.
 * @param options Thresholds.
 * @throws If embeddings are not equal rows of finite numbers, labels do not match them, or there is only one class.
 *
 * @example
 * ```ts
 * const faces = {values: [1, 0, 1, 0.1, 0, 1, 0, 1, 0.1, 1, 0.9, 0], dimension: 2};
 * const {outliers} = await findLabelErrors(faces, [0, 0, 0, 1, 1, 1]);
 * outliers.map(({image, suggested}) => [image, suggested]);   // [[2, 1], [5, 0]]
 * ```
 */
export async function findLabelErrors(
  embeddings: Embeddings,
  labels: ArrayLike<number>,
  options: FindLabelErrorsOptions = {},
): Promise<CleaningReport> {
  const where = 'findLabelErrors';
  const {
    clusterThreshold,
    splitThreshold,
    leastImages,
    duplicateThreshold,
    qualities,
    lowestPart,
    onProgress,
  } = checkedOptions(where, options);
  const images = checkEmbeddings(where, 'embeddings', embeddings);
  const classes = imagesOfClasses(where, labels, images);
  if (classes.size < 2) {
    throw new Error(`${where}: labels must name at least 2 classes, but name ${classes.size}.`);
  }
  if (qualities !== undefined && qualities.length !== images) {
    throw new Error(
      `${where}: qualities must be one for each of ${images} images, but are ${qualities.length}.`,
    );
  }
  const part = (from: number, to: number) =>
    onProgress && ((done: number) => onProgress(from + done * (to - from)));
  const {dimension} = embeddings;
  const units = unitValues(embeddings);
  const clustered = await classClusters(units, dimension, classes, clusterThreshold, part(0, 0.3));
  const sums = sumsOf(units, dimension, clustered);
  const report = {
    images,
    classes: classes.size,
    outliers: await outliersOf(units, dimension, labels, clustered, sums, {clusterThreshold, splitThreshold}),
    splits: await splitsOf(sums, dimension, clustered, splitThreshold),
    mixed: clustered
      .map(({label, clusters}) => ({
        label,
        others: clusters.slice(1).filter(({length}) => length >= leastImages),
      }))
      .filter(({others}) => others.length > 0)
      .sort((a, b) => b.others[0].length - a.others[0].length || a.label - b.label),
    duplicates: await nearDuplicates(embeddings, {
      labels,
      threshold: duplicateThreshold,
      onProgress: part(0.5, 1),
    }),
    lowQuality: qualities === undefined ? [] : lowestOf(qualities, lowestPart),
  };
  onProgress?.(1);
  return report;
}

function checkedOptions(where: string, options: FindLabelErrorsOptions) {
  checkOptions(where, options, {
    clusterThreshold: true,
    splitThreshold: true,
    leastImages: true,
    duplicateThreshold: true,
    qualities: true,
    lowestPart: true,
    onProgress: true,
  });
  const {
    clusterThreshold = 0.26,
    splitThreshold = 0.53,
    leastImages = 3,
    duplicateThreshold = 0.72,
  } = options;
  const {lowestPart = 0.01} = options;
  check.between(where, 'clusterThreshold', clusterThreshold, -1, 1);
  check.between(where, 'splitThreshold', splitThreshold, -1, 1);
  check.count(where, 'leastImages', leastImages);
  check.between(where, 'duplicateThreshold', duplicateThreshold, -1, 1);
  check.between(where, 'lowestPart', lowestPart, 0, 1);
  return {...options, clusterThreshold, splitThreshold, leastImages, duplicateThreshold, lowestPart};
}

/** The sums of the largest clusters, `[classes, D]`. */
function sumsOf(units: Float32Array, dimension: number, clustered: readonly ClassClusters[]): Float32Array {
  const sums = new Float32Array(clustered.length * dimension);
  clustered.forEach(({clusters: [largest]}, c) => {
    for (const image of largest) {
      for (let d = 0; d < dimension; d++) sums[c * dimension + d] += units[image * dimension + d];
    }
  });
  return sums;
}

async function outliersOf(
  units: Float32Array,
  dimension: number,
  labels: ArrayLike<number>,
  clustered: readonly ClassClusters[],
  sums: Float32Array,
  {clusterThreshold, splitThreshold}: {clusterThreshold: number; splitThreshold: number},
): Promise<Outlier[]> {
  const classOf = new Map(clustered.map(({label}, c) => [label, c]));
  const inLargest = new Uint8Array(labels.length);
  for (const {
    clusters: [largest],
  } of clustered)
    for (const image of largest) inLargest[image] = 1;
  const means = tf.tensor2d(unitValues({values: sums, dimension}), [clustered.length, dimension]);
  const found: Outlier[] = [];
  try {
    for (let first = 0; first < labels.length; first += ROWS) {
      const rows = Math.min(ROWS, labels.length - first);
      const block = units.subarray(first * dimension, (first + rows) * dimension);
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(block, [rows, dimension]), means, false, true));
      const cosines = await product.data<'float32'>();
      product.dispose();
      for (let row = 0; row < rows; row++) {
        const image = first + row;
        const own = classOf.get(labels[image]) as number;
        const all = cosines.subarray(row * clustered.length, (row + 1) * clustered.length);
        const unit = units.subarray(image * dimension, (image + 1) * dimension);
        const sum = sums.subarray(own * dimension, (own + 1) * dimension);
        const {clusters} = clustered[own];
        // Nothing speaks for or against the only image of a class but that it is like another class.
        if (clusters.length === 1 && clusters[0].length === 1) continue;
        const isAlone = inLargest[image] === 1 && clusters[0].length === 1;
        const cosine = isAlone ? 0 : inLargest[image] ? cosineWithout(unit, sum) : all[own];
        const outlier = outlierOf(
          all,
          own,
          isAlone ? splitThreshold : cosine,
          inLargest[image] === 1 || cosine >= clusterThreshold,
        );
        if (outlier === undefined) continue;
        const {suggested, ...rest} = outlier;
        const name = suggested === undefined ? {} : {suggested: clustered[suggested].label};
        found.push({image, label: labels[image], cosine, ...name, ...rest});
      }
      await nextTask();
    }
  } finally {
    means.dispose();
  }
  const sureness = ({cosine, suggestedCosine = clusterThreshold}: Outlier) => suggestedCosine - cosine;
  return found.sort((a, b) => sureness(b) - sureness(a) || a.image - b.image);
}

/** What speaks against the class of an image: another that is nearer, or that it is like nobody. */
function outlierOf(
  cosines: Float32Array,
  own: number,
  cosine: number,
  belongs: boolean,
): {suggested?: number; suggestedCosine?: number} | undefined {
  let [nearest, best] = [-1, -Infinity];
  cosines.forEach((value, c) => {
    if (c !== own && value > best) [nearest, best] = [c, value];
  });
  if (best > cosine) return {suggested: nearest, suggestedCosine: best};
  return belongs ? undefined : {};
}

/** The cosine of an image with the mean of the others of its cluster. */
function cosineWithout(unit: Float32Array, sum: Float32Array): number {
  let [dot, squares] = [0, 0];
  for (let d = 0; d < unit.length; d++) {
    const rest = sum[d] - unit[d];
    dot += rest * unit[d];
    squares += rest * rest;
  }
  return squares > 0 ? dot / Math.sqrt(squares) : 0;
}

async function splitsOf(
  sums: Float32Array,
  dimension: number,
  clustered: readonly ClassClusters[],
  threshold: number,
): Promise<SplitPerson[]> {
  const near = await nearestNeighbours({values: sums, dimension}, 10);
  const found: SplitPerson[] = [];
  const size = (c: number) => clustered[c].clusters[0].length;
  near.indices.forEach((other, at) => {
    const [row, cosine] = [Math.floor(at / near.k), near.cosines[at]];
    const isLarger = size(row) > size(other) || (size(row) === size(other) && row < other);
    const isMutual = near.indices.subarray(other * near.k, (other + 1) * near.k).includes(row);
    if (!(cosine >= threshold) || (isMutual && !isLarger)) return;
    const [into, from] = isLarger ? [row, other] : [other, row];
    found.push({into: clustered[into].label, from: clustered[from].label, cosine});
  });
  return found.sort((a, b) => b.cosine - a.cosine || a.into - b.into);
}

function lowestOf(qualities: ArrayLike<number>, part: number): LowQualityImage[] {
  return Array.from(qualities, (quality, image) => ({image, quality}))
    .sort((a, b) => a.quality - b.quality || a.image - b.image)
    .slice(0, Math.round(part * qualities.length));
}
