import {orderByKeys, smallest} from '../../base/orderByKeys';

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

  /** Drops all but the hardest; of equally hard ones at the edge those of lower rows stay. */
  private drop(): void {
    const {hardness, a, b, limit} = this;
    const keys = this.keys();
    const edge = smallest(keys, limit);
    const atEdge: number[] = [];
    let harder = 0;
    keys.forEach((key, i) => {
      if (key < edge) harder++;
      else if (key === edge) atEdge.push(i);
    });
    const kept = new Set(atEdge.sort((i, j) => a[i] - a[j] || b[i] - b[j]).slice(0, limit - harder));
    let count = 0;
    keys.forEach((key, i) => {
      if (key > edge || (key === edge && !kept.has(i))) return;
      hardness[count] = hardness[i];
      a[count] = a[i];
      b[count++] = b[i];
    });
    this.count = count;
    this.floor = hardnessOf(edge);
  }

  /** The pairs that are kept, the hardest first; equally hard ones by their rows. */
  pairs(): PairsOfRows {
    if (this.count > this.limit) this.drop();
    const {hardness, a, b, sign, count} = this;
    const keys = this.keys();
    const order = orderByKeys(keys);
    for (let start = 0, end = 1; start < count; start = end++) {
      while (end < count && keys[order[end]] === keys[order[start]]) end++;
      if (end - start > 1) order.subarray(start, end).sort((i, j) => a[i] - a[j] || b[i] - b[j]);
    }
    return {
      scores: Float32Array.from(order, i => sign * hardness[i]),
      a: Int32Array.from(order, i => a[i]),
      b: Int32Array.from(order, i => b[i]),
    };
  }

  /** Whole numbers in whose ascending order the hardest pair comes first. */
  private keys(): Uint32Array {
    // The bits of a negative number grow with its size, those of others do not.
    return new Uint32Array(this.hardness.buffer, 0, this.count).map(turned);
  }
}

/** Between the bits of a number and its key, either way. */
const turned = (bits: number): number => (bits >>> 31 === 1 ? bits : ~bits & 0x7fff_ffff);

/** The number whose key this is. */
const hardnessOf = (key: number): number => new Float32Array(Uint32Array.of(turned(key)).buffer)[0];
