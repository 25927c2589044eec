import {type Codes, type StorageType, storageTypes} from './storageType';

/** Templates in a block: 8 MB of float32 rows of 512 dimensions. */
export const BLOCK = 4096;

/** Consecutive templates. Rows that are there never move, so that a search may read while others enroll. */
export interface TemplateBlock {
  codes: Codes;
  /** What decoded rows are multiplied by. `[BLOCK]`. */
  scales: Float32Array;
  /** The person of each template; −1 where it was removed. `[BLOCK]`. */
  people: Int32Array;
  /** The group of each template. `[BLOCK]`. */
  groups: Int32Array;
}

/** Templates in blocks, numbered from 0. */
export class TemplateBlocks {
  readonly blocks: TemplateBlock[] = [];
  /** The number of templates, removed ones included. */
  count = 0;

  constructor(
    readonly dimension: number,
    readonly storage: StorageType,
  ) {}

  /** Adds a row of length 1; gives back its number. */
  push(unit: Float32Array, person: number, group: number): number {
    const [block, row] = this.next(person, group);
    block.scales[row] = storageTypes[this.storage].encode(unit, block.codes, row * this.dimension);
    return this.count++;
  }

  /** Adds a row as it is stored; gives back its number. */
  pushStored(codes: Codes, scale: number, person: number, group: number): number {
    const [block, row] = this.next(person, group);
    block.codes.set(codes, row * this.dimension);
    block.scales[row] = scale;
    return this.count++;
  }

  private next(person: number, group: number): [TemplateBlock, number] {
    const [place, row] = [Math.floor(this.count / BLOCK), this.count % BLOCK];
    this.blocks[place] ??= this.empty();
    const block = this.blocks[place];
    block.people[row] = person;
    block.groups[row] = group;
    return [block, row];
  }

  private empty(): TemplateBlock {
    return {
      codes: storageTypes[this.storage].codes(BLOCK * this.dimension),
      scales: new Float32Array(BLOCK),
      people: new Int32Array(BLOCK).fill(-1),
      groups: new Int32Array(BLOCK),
    };
  }

  /** Forgets a row: its values too. */
  remove(template: number): void {
    const [block, row] = [this.blocks[Math.floor(template / BLOCK)], template % BLOCK];
    block.people[row] = -1;
    block.codes.fill(0, row * this.dimension, (row + 1) * this.dimension);
  }

  /** Consecutive rows of a block as float32. */
  rows(block: TemplateBlock, first: number, count: number): Float32Array {
    const {dimension} = this;
    // A view: decoding would copy it.
    if (block.codes instanceof Float32Array) {
      return block.codes.subarray(first * dimension, (first + count) * dimension);
    }
    const values = new Float32Array(count * dimension);
    for (let i = 0; i < count; i++) {
      const row = first + i;
      storageTypes[this.storage].decode(
        block.codes,
        row * dimension,
        block.scales[row],
        values,
        i * dimension,
        dimension,
      );
    }
    return values;
  }
}
