/** Embeddings to cluster. */
export interface ClusterRequest {
  /** `[N, D]`, row-major. */
  values: Float32Array;
  dimension: number;
}

/** The tree of merges, as `Dendrogram` takes it, or why there is none. */
export type ClusterNews =
  | {type: 'tree'; count: number; merges: Int32Array; cosines: Float64Array}
  | {type: 'failed'; message: string};
