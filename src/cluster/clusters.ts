/** Images in clusters: people without names. */
export interface Clusters {
  /** The cluster of each image, from 0; −1 for an image that is set aside. `[N]`. */
  labels: Int32Array;
  /** The number of clusters. */
  count: number;
}
