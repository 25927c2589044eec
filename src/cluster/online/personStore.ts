/** What is kept of a sighting, to tell what a person cannot have done. */
export interface PastSighting {
  time?: number;
  place?: readonly number[];
  frame?: string | number;
}

/** A person of an {@link PersonStore}. */
export interface StoredPerson {
  id: number;
  count: number;
  /** The latest sightings, oldest first. */
  past: PastSighting[];
  /** The latest tracks, oldest first. */
  tracklets: (string | number)[];
  /** The order of the last sighting among all. */
  turn: number;
}

/** The people of a stream, each with the sum of its unit embeddings. */
export class PersonStore {
  readonly people: StoredPerson[] = [];
  private sums = new Float32Array(0);
  private lengths = new Float64Array(0);

  constructor(readonly dimension: number) {}

  /** Adds a person without a face. Returns its row. */
  push(person: StoredPerson): number {
    const row = this.people.length;
    const {dimension} = this;
    if ((row + 1) * dimension > this.sums.length) {
      const rows = Math.max(16, 2 * row);
      const [sums, lengths] = [new Float32Array(rows * dimension), new Float64Array(rows)];
      sums.set(this.sums);
      lengths.set(this.lengths);
      this.sums.fill(0);
      [this.sums, this.lengths] = [sums, lengths];
    }
    this.people.push(person);
    return row;
  }

  /** Adds values to the sum of a person. */
  addTo(row: number, values: ArrayLike<number>): void {
    const sum = this.sumOf(row);
    let squares = 0;
    for (let d = 0; d < sum.length; d++) {
      sum[d] += values[d];
      squares += sum[d] * sum[d];
    }
    this.lengths[row] = Math.sqrt(squares);
  }

  /** The sum of a person's unit embeddings, `[D]`; valid until a person is added or removed. */
  sumOf(row: number): Float32Array {
    return this.sums.subarray(row * this.dimension, (row + 1) * this.dimension);
  }

  /** The cosines of a direction with the means of all people, `[people]`. */
  cosines(direction: ArrayLike<number>): Float64Array {
    const {sums, dimension} = this;
    let squares = 0;
    for (let d = 0; d < dimension; d++) squares += direction[d] * direction[d];
    return Float64Array.from(this.people, (_, row) => {
      let dot = 0;
      for (let d = 0, at = row * dimension; d < dimension; d++, at++) dot += sums[at] * direction[d];
      const lengths = Math.sqrt(squares) * this.lengths[row];
      return lengths > 0 ? dot / lengths : 0;
    });
  }

  /** Takes a person out; the last one moves into its row. Nothing of its embeddings is left in memory. */
  remove(row: number): StoredPerson {
    const last = this.people.length - 1;
    const removed = this.people[row];
    if (row !== last) {
      this.sums.copyWithin(row * this.dimension, last * this.dimension, (last + 1) * this.dimension);
      this.lengths[row] = this.lengths[last];
      this.people[row] = this.people[last];
    }
    this.sumOf(last).fill(0);
    this.lengths[last] = 0;
    this.people.pop();
    return removed;
  }
}
