/** Pairs of rows of embeddings and their cosines, the hardest first. */
export interface PairsOfRows {
  /** The cosine of each pair. */
  scores: Float32Array;
  /** The lower row of each pair. */
  a: Int32Array;
  /** The higher row of each pair. */
  b: Int32Array;
}

/** Keeps the hardest of many pairs exactly, in memory for twice as many. */
export class HardestPairs {
  /** A pair at least this hard may still be kept: its cosine, or its negative for genuine pairs. */
  floor = -Infinity;
  private count = 0;
  private readonly hardness: Float32Array;
  private readonly a: Int32Array;
  private readonly b: Int32Array;

  /**
   * @param limit The number of pairs to keep.
   * @param sign 1 where a high cosine is hard (impostors), −1 where a low one is (genuine pairs).
   */
  constructor(
    private readonly limit: number,
    private readonly sign: 1 | -1,
  ) {
    this.hardness = new Float32Array(2 * limit);
    this.a = new Int32Array(2 * limit);
    this.b = new Int32Array(2 * limit);
  }

  /** Keeps a pair unless `limit` others are harder. */
  offer(a: number, b: number, cosine: number): void {
    const hardness = this.sign * cosine;
    if (hardness < this.floor) return;
    this.hardness[this.count] = hardness;
    this.a[this.count] = a;
    this.b[this.count] = b;
    this.count++;
    if (this.count === 2 * this.limit) this.drop();
  }

  /** Drops all but the hardest. Of equally hard pairs that do not all fit, some stay. */
  private drop(): void {
    const {hardness, a, b, limit} = this;
    this.floor = Float32Array.from(hardness).sort()[limit];
    let kept = 0;
    let ties = limit - hardness.reduce((above, value) => above + (value > this.floor ? 1 : 0), 0);
    for (let i = 0; i < this.count; i++) {
      if (hardness[i] < this.floor || (hardness[i] === this.floor && ties-- <= 0)) continue;
      hardness[kept] = hardness[i];
      a[kept] = a[i];
      b[kept] = b[i];
      kept++;
    }
    this.count = kept;
  }

  /** The pairs that are kept, the hardest first; equally hard ones by their rows. */
  pairs(): PairsOfRows {
    const {hardness, a, b, sign} = this;
    const order = Uint32Array.from({length: this.count}, (_, i) => i);
    order.sort((i, j) => hardness[j] - hardness[i] || a[i] - a[j] || b[i] - b[j]);
    const chosen = order.subarray(0, this.limit);
    return {
      scores: Float32Array.from(chosen, i => sign * hardness[i]),
      a: Int32Array.from(chosen, i => a[i]),
      b: Int32Array.from(chosen, i => b[i]),
    };
  }
}
