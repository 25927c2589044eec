import {orderByKeys} from '../../base/orderByKeys';

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
    // Zeros of either sign are equally hard.
    const hardness = this.sign * cosine + 0;
    if (hardness < this.floor) return;
    this.hardness[this.count] = hardness;
    this.a[this.count] = a;
    this.b[this.count] = b;
    this.count++;
    if (this.count === 2 * this.limit) this.drop();
  }

  /** Drops all but the hardest. */
  private drop(): void {
    const {scores, a, b} = this.pairs();
    scores.forEach((score, i) => {
      this.hardness[i] = this.sign * score;
    });
    this.a.set(a);
    this.b.set(b);
    this.count = this.limit;
    this.floor = this.hardness[this.limit - 1];
  }

  /** The pairs that are kept, the hardest first; equally hard ones by their rows. */
  pairs(): PairsOfRows {
    const {hardness, a, b, sign, count} = this;
    const bits = new Uint32Array(hardness.buffer, 0, count);
    // In the order of these bits the highest number comes first: those of a negative one grow with its size, those of others do not.
    const keys = bits.map(bits => (bits >>> 31 === 1 ? bits : ~bits & 0x7fff_ffff));
    const rows = [a, b].map(rows => new Uint32Array(rows.buffer, 0, count));
    const chosen = orderByKeys([keys, ...rows], count).subarray(0, this.limit);
    return {
      scores: Float32Array.from(chosen, i => sign * hardness[i]),
      a: Int32Array.from(chosen, i => a[i]),
      b: Int32Array.from(chosen, i => b[i]),
    };
  }
}
