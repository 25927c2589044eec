import {check} from '../../base/check';
import type {Clusters} from '../clusters';
import {DisjointSets} from '../disjointSets';
import {numberedClusters} from '../numberedClusters';

/**
 * The tree of all merges of a hierarchical clustering, to be cut at any cosine. {@link averageLinkage}, {@link completeLinkage} and
 * {@link singleLinkage} make it. A cut takes a time that grows with the number of images, not of pairs: a slider can move it.
 *
 * @example
 * ```ts
 * const tree = new Dendrogram(3, [0, 1, 2, 3], [0.9, 0.2]);
 * tree.cut(0.5).labels;   // 0, 0, 1
 * ```
 */
export class Dendrogram {
  /**
   * The two clusters of each merge, most similar first, as SciPy numbers them: below N an image, N + m the result of merge m.
   * `[N − 1, 2]`, row-major.
   */
  readonly merges: Int32Array;
  /** The cosine at which each merge happens, descending. `[N − 1]`. */
  readonly cosines: Float64Array;

  /**
   * @param count The number of images, N.
   * @param merges As {@link Dendrogram.merges}.
   * @param cosines As {@link Dendrogram.cosines}.
   * @throws If there are not N − 1 merges, or one names a cluster that is not there yet.
   */
  constructor(
    readonly count: number,
    merges: ArrayLike<number>,
    cosines: ArrayLike<number>,
  ) {
    check.count('Dendrogram', 'count', count);
    if (merges.length !== 2 * (count - 1) || cosines.length !== count - 1) {
      throw new Error(
        `Dendrogram: merges must have 2 numbers and cosines 1 for each of ${count - 1} merges of ${count} images, ` +
          `but have ${merges.length} and ${cosines.length}.`,
      );
    }
    for (let at = 0; at < merges.length; at++) {
      const most = count + (at >> 1) - 1;
      if (!(Number.isInteger(merges[at]) && merges[at] >= 0 && merges[at] <= most)) {
        throw new Error(
          `Dendrogram: merges[${at}] must be a whole number from 0 to ${most}, but is ${merges[at]}.`,
        );
      }
    }
    this.merges = Int32Array.from(merges);
    this.cosines = Float64Array.from(cosines);
  }

  /**
   * The clusters that are merged at a cosine or above it.
   *
   * @param cosine From −1, one cluster, to 1, an image each unless two are the same.
   */
  cut(cosine: number): Clusters {
    check.between('cut', 'cosine', cosine, -1, 1);
    const first = this.cosines.findIndex(merge => merge < cosine);
    return this.afterMerges(first < 0 ? this.cosines.length : first);
  }

  /**
   * The clusters when so many are left.
   *
   * @param clusters From 1 to the number of images.
   */
  cutInto(clusters: number): Clusters {
    check.count('cutInto', 'clusters', clusters);
    check.between('cutInto', 'clusters', clusters, 1, this.count);
    return this.afterMerges(this.count - clusters);
  }

  private afterMerges(merges: number): Clusters {
    const sets = new DisjointSets(this.count + merges);
    for (let m = 0; m < merges; m++) {
      sets.join(this.merges[2 * m], this.count + m);
      sets.join(this.merges[2 * m + 1], this.count + m);
    }
    return numberedClusters(Int32Array.from({length: this.count}, (_, i) => sets.root(i)));
  }
}
