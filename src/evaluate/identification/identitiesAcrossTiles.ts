import type {Ranks} from '../../base/ranks';
import {COLUMNS} from '../../neighbours/cosineTiles';

/** Numbers exchanged between ranks at once. */
const CHUNK = 65_536;

/**
 * The identities of a gallery whose embeddings lie in several tiles, and which of them each probe has counted: they count once, in
 * whichever order and processes their tiles are computed.
 */
export class IdentitiesAcrossTiles {
  private readonly places = new Map<number, number>();
  /** A bit for each identity, a row of so many words for each probe. */
  private readonly bits: Int32Array;
  private readonly words: number;

  /**
   * @param probes The number of probes.
   * @param labels The identity of each embedding of the gallery, those of an identity together.
   */
  constructor(probes: number, labels: ArrayLike<number>) {
    for (let column = COLUMNS; column < labels.length; column += COLUMNS) {
      const label = labels[column];
      if (labels[column - 1] === label && !this.places.has(label)) this.places.set(label, this.places.size);
    }
    this.words = Math.ceil(this.places.size / 32);
    this.bits = new Int32Array(probes * this.words);
  }

  /** The place of an identity among those in several tiles; nothing for one that is in a single tile. */
  placeOf(label: number): number | undefined {
    return this.places.get(label);
  }

  /** Counts the identity of a place for a probe, unless that has been done. */
  count(probe: number, place: number): void {
    this.bits[probe * this.words + (place >> 5)] |= 1 << (place & 31);
  }

  /** How many of the identities a probe has counted. */
  countOf(probe: number): number {
    let count = 0;
    for (let word = probe * this.words; word < (probe + 1) * this.words; word++) {
      for (let left = this.bits[word]; left !== 0; left &= left - 1) count++;
    }
    return count;
  }

  /** Counts for every rank what any has counted. */
  merge(ranks: Ranks): void {
    for (let from = 0; from < this.bits.length; from += CHUNK) {
      const own = this.bits.subarray(from, from + CHUNK);
      const all = ranks.allGather(own.slice(), new Int32Array(own.length * ranks.size));
      all.forEach((word, i) => {
        own[i % own.length] |= word;
      });
    }
  }
}
