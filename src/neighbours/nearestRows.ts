import type {Ranks} from '../base/ranks';

/** Rows exchanged between ranks at once. */
const CHUNK = 8192;

/** The k best of what is offered to each of some rows, best first. Of equal cosines the lower index comes first. */
export class NearestRows {
  /** `[N, k]`; −1 where nothing has been offered yet. */
  readonly indices: Int32Array;
  /** `[N, k]`, descending; −Infinity where nothing has been offered yet. */
  readonly cosines: Float32Array;
  /** The worst that a row keeps: what is below it need not be offered. `[N]`. */
  readonly least: Float32Array;

  constructor(
    readonly count: number,
    readonly k: number,
  ) {
    this.indices = new Int32Array(count * k).fill(-1);
    this.cosines = new Float32Array(count * k).fill(-Infinity);
    this.least = new Float32Array(count).fill(-Infinity);
  }

  /** Keeps a neighbor of a row if it is among the best. */
  offer(row: number, index: number, cosine: number): void {
    const {indices, cosines, k} = this;
    const first = row * k;
    let at = first + k - 1;
    if (!this.isBetter(index, cosine, at)) return;
    while (at > first && this.isBetter(index, cosine, at - 1)) {
      indices[at] = indices[at - 1];
      cosines[at] = cosines[at - 1];
      at--;
    }
    indices[at] = index;
    cosines[at] = cosine;
    this.least[row] = cosines[first + k - 1];
  }

  private isBetter(index: number, cosine: number, at: number): boolean {
    const {indices, cosines} = this;
    return cosine > cosines[at] || (cosine === cosines[at] && (index < indices[at] || indices[at] < 0));
  }

  /** Makes the rows of every rank the best of what all ranks were offered. */
  merge(ranks: Ranks): void {
    for (let from = 0; from < this.count; from += CHUNK) {
      const end = Math.min(this.count, from + CHUNK);
      const own = [from * this.k, end * this.k] as const;
      const {length} = this.indices.subarray(...own);
      const indices = ranks.allGather(this.indices.slice(...own), new Int32Array(length * ranks.size));
      const cosines = ranks.allGather(this.cosines.slice(...own), new Float32Array(length * ranks.size));
      for (let i = 0; i < indices.length; i++) {
        if (Math.floor(i / length) === ranks.rank || indices[i] < 0) continue;
        this.offer(from + Math.floor((i % length) / this.k), indices[i], cosines[i]);
      }
    }
  }
}
