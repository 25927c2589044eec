import {check} from '../base/check';
import {checkIds} from '../base/checkIds';
import {checkOptions, type OptionNames} from '../base/checkOptions';
import {FaceImages} from './faceImages';
import type {ImageList} from './sources/imageList';
import {imageName, lazyImageList} from './sources/lazyImageList';
import {type UnreadableOptions, unreadableOptions} from './sources/readableImages';
import {subsetImages} from './sources/subsetImages';

/** Options of {@link clusteredFaces}. */
export interface ClusteredFacesOptions extends UnreadableOptions {
  /** The images that were clustered, such as {@link FaceImages.images}. */
  images: ImageList;
  /** The cluster of each image, any whole number; −1 for one that is set aside. `[N]`. */
  clusters: ArrayLike<number>;
  /** A cluster with fewer images is left out. Default: 2, since one image teaches nothing about what stays the same. */
  minimum?: number;
  /** Faces of known people, whose images and identities come first: one head learns both. Default: the clusters alone. */
  labeled?: FaceImages;
}

const names: OptionNames<ClusteredFacesOptions> = {
  images: true,
  clusters: true,
  minimum: true,
  labeled: true,
  ...unreadableOptions,
};

/**
 * Makes identities of clusters, so that people without names can be trained on: pseudo-labels.
 *
 * Identities are `cluster 0`, `cluster 1`, … by the numbers of the clusters. With `labeled`, its L identities keep their class ids and the
 * clusters follow from L on: one head learns both together, or {@link index.classSubset} gives each a head of its own, as Zhan et al. train
 * ([arXiv 1809.01407](https://arxiv.org/abs/1809.01407)). The clusters must be of other people than the labeled ones.
 *
 * @throws If clusters do not match the images, fewer than two identities are left, or images have another size than the labeled ones.
 *
 * @example
 * ```ts
 * const {images} = arrayImages({images: new Uint8Array(5 * 12), shape: [5, 2, 2, 3], labels: [0, 0, 1, 1, 1]});
 * const faces = clusteredFaces({images, clusters: [4, -1, 7, 4, 7]});
 * faces.labels;   // 0, 1, 0, 1
 * faces.classes;   // ['cluster 4', 'cluster 7']
 * ```
 */
export function clusteredFaces(options: ClusteredFacesOptions): FaceImages {
  const where = 'clusteredFaces';
  const {images, clusters, minimum = 2, labeled, ...rest} = checkOptions(where, options, names);
  check.count(where, 'minimum', minimum);
  if (clusters.length !== images.length) {
    throw new Error(
      `${where}: clusters must be one number for each of ${images.length} images, but are ${clusters.length}.`,
    );
  }
  checkIds(where, 'clusters', clusters);
  const sizes = new Map<number, number>();
  for (const cluster of Array.from(clusters)) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const kept = [...sizes.keys()]
    .filter(cluster => cluster !== -1 && (sizes.get(cluster) as number) >= minimum)
    .sort((a, b) => a - b);
  const known = labeled?.classes ?? [];
  const labelOf = new Map(kept.map((cluster, i) => [cluster, known.length + i]));
  const places = Array.from(clusters, (_, i) => i).filter(i => labelOf.has(clusters[i]));
  const labels = places.map(i => labelOf.get(clusters[i]) as number);
  const classes = [...known, ...kept.map(cluster => `cluster ${cluster}`)];
  if (classes.length < 2) {
    throw new Error(
      `${where}: at least two identities must be left, but there are ${classes.length} clusters of ${minimum} images or more.`,
    );
  }
  const ofClusters = subsetImages(images, places);
  return FaceImages.of(
    where,
    labeled === undefined ? ofClusters : joined(labeled.images, ofClusters),
    labeled === undefined ? labels : [...labeled.labels, ...labels],
    classes,
    rest,
  );
}

/** Two lists one after the other. */
function joined(first: ImageList, second: ImageList): ImageList {
  const size = ({height, width, channels}: ImageList) => `${height}×${width}×${channels}`;
  if (size(first) !== size(second)) {
    throw new Error(
      `clusteredFaces: images must have the size of the labeled ones, ${size(first)}, but have ${size(second)}.`,
    );
  }
  const {length, height, width, channels} = first;
  return lazyImageList(
    {length: length + second.length, height, width, channels},
    i => (i < length ? imageName(first, i) : imageName(second, i - length)),
    i => (i < length ? first.pixels(i) : second.pixels(i - length)),
  );
}
