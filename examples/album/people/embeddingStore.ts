/** Embeddings of length 1 that become more and more, in one array that grows by half when it is full. */
export class EmbeddingStore {
  private values = new Float32Array(0);
  private used = 0;

  /** The numbers of an embedding; 0 while there is none. */
  dimension = 0;

  get count(): number {
    return this.used;
  }

  /** All rows, `[N, D]`: a view, which the next `add` may replace. */
  get rows(): Float32Array {
    return this.values.subarray(0, this.used * this.dimension);
  }

  /** @throws If the embedding has not as many numbers as those before. */
  add(embedding: Float32Array): void {
    if (this.used === 0) this.dimension = embedding.length;
    if (embedding.length !== this.dimension) {
      throw new Error(
        `An embedding must have ${this.dimension} numbers, as those before, but has ${embedding.length}.`,
      );
    }
    const needed = (this.used + 1) * this.dimension;
    if (needed > this.values.length) {
      const larger = new Float32Array(Math.max(256 * this.dimension, Math.ceil(1.5 * needed)));
      larger.set(this.rows);
      this.values = larger;
    }
    this.values.set(embedding, this.used++ * this.dimension);
  }

  /** One row. */
  row(index: number): Float32Array {
    return this.values.subarray(index * this.dimension, (index + 1) * this.dimension);
  }
}
