import {checkIds} from '../base/checkIds';
import type {Clusters} from '../cluster/clusters';
import {chineseWhispers} from '../cluster/graph/chineseWhispers';
import {nearestNeighbourChain} from '../cluster/linkage/nearestNeighbourChain';
import type {PairCosines} from '../cluster/linkage/pairCosines';
import {nearestNeighbours} from '../neighbours/nearestNeighbours';

/** The images of the largest class whose pairs are all compared. */
const MOST_PAIRED = 4000;

/** The clusters within one class. */
export interface ClassClusters {
  /** The class, as the labels number it. */
  label: number;
  /** The images of each cluster, the largest cluster first. */
  clusters: number[][];
}

/** The images of each class, classes in the order of their numbers. */
export function imagesOfClasses(
  where: string,
  labels: ArrayLike<number>,
  images: number,
): Map<number, number[]> {
  if (labels.length !== images) {
    throw new Error(
      `${where}: labels must be one for each of ${images} embeddings, but are ${labels.length}.`,
    );
  }
  checkIds(where, 'labels', labels);
  const found = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const own = found.get(labels[i]);
    if (own) own.push(i);
    else found.set(labels[i], [i]);
  }
  return new Map([...found].sort(([one], [other]) => one - other));
}

/**
 * Cuts each class into clusters by average linkage.
 *
 * @param units Embeddings of length 1, `[N, D]`.
 * @param cosine Where to cut.
 */
export async function classClusters(
  units: Float32Array,
  dimension: number,
  classes: ReadonlyMap<number, readonly number[]>,
  cosine: number,
  onProgress?: (part: number) => void,
): Promise<ClassClusters[]> {
  const found: ClassClusters[] = [];
  for (const [label, images] of classes) {
    const {labels, count} = await clustersWithin(units, dimension, images, cosine);
    const clusters = Array.from({length: count}, (): number[] => []);
    labels.forEach((cluster, place) => {
      clusters[cluster].push(images[place]);
    });
    // The sort is stable: of equal ones that of the earlier image comes first.
    found.push({label, clusters: clusters.sort((a, b) => b.length - a.length)});
    onProgress?.(found.length / classes.size);
  }
  return found;
}

/** By average linkage; of a class whose pairs would take too much memory and time, by Chinese whispers. */
async function clustersWithin(
  units: Float32Array,
  dimension: number,
  images: readonly number[],
  cosine: number,
): Promise<Clusters> {
  if (images.length > MOST_PAIRED) {
    const values = new Float32Array(images.length * dimension);
    images.forEach((image, place) => {
      values.set(units.subarray(image * dimension, (image + 1) * dimension), place * dimension);
    });
    return chineseWhispers(await nearestNeighbours({values, dimension}, 80), {threshold: cosine});
  }
  const tree = await nearestNeighbourChain(
    cosinesWithin(units, dimension, images),
    (one, other, sizeOne, sizeOther) => (one * sizeOne + other * sizeOther) / (sizeOne + sizeOther),
  );
  return tree.cut(cosine);
}

function cosinesWithin(units: Float32Array, dimension: number, images: readonly number[]): PairCosines {
  const cosines = new Float32Array((images.length * (images.length - 1)) / 2);
  let pair = 0;
  for (let i = 0; i < images.length; i++) {
    for (let j = 0; j < i; j++, pair++) {
      let sum = 0;
      const [x, y] = [images[i] * dimension, images[j] * dimension];
      for (let d = 0; d < dimension; d++) sum += units[x + d] * units[y + d];
      cosines[pair] = sum;
    }
  }
  return {cosines, count: images.length};
}
