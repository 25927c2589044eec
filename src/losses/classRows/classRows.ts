import {firstRows} from './firstRows';

/** The most numbers in a block: 64 MiB of float32. */
const BLOCK = 2 ** 24;

/** What the rows of class weights are called among the parts of {@link ClassRows}. */
export const WEIGHTS = 'weights';

/** How many classes there are here, and what each has. */
export interface ClassRowsOptions {
  /** The id of the first class. */
  first: number;
  /** How many classes there are here. */
  count: number;
  /** The numbers that a class has: the dimension times its sub-centers. */
  width: number;
  /** Of the rows that are made. */
  seed: number;
}

/**
 * The rows of very many classes in the host's memory, with what an optimizer remembers of them. A row is made when it is first asked
 * for; memory holds those alone, and four bytes for each class.
 */
export class ClassRows {
  /** Where the rows of each class are, from 1; 0 of a class that has none yet. */
  private readonly slots: Int32Array;
  private readonly classes: number[] = [];
  private readonly parts = new Map<string, {initial: number; blocks: Float32Array[]}>();
  private readonly rowsPerBlock: number;

  /** @param block The most numbers in a block of memory. Default: 64 MiB of float32. */
  constructor(
    private readonly options: ClassRowsOptions,
    block = BLOCK,
  ) {
    const {count, width} = options;
    this.slots = new Int32Array(count);
    this.rowsPerBlock = Math.max(1, Math.min(count, Math.floor(block / width)));
    this.parts.set(WEIGHTS, {initial: 0, blocks: []});
  }

  /** The numbers that a class has. */
  get width(): number {
    return this.options.width;
  }

  /** The ids of the classes that have rows, ascending. */
  get made(): Int32Array {
    return Int32Array.from(this.classes).sort();
  }

  /** The names of what is kept: the weights, and the slots of an optimizer. */
  get names(): string[] {
    return [...this.parts.keys()];
  }

  /** Keeps something else of each class, which begins as a number. */
  add(name: string, initial: number): void {
    if (!this.parts.has(name)) this.parts.set(name, {initial, blocks: []});
  }

  /**
   * Copies rows.
   *
   * @param name What of them.
   * @param classes Ids.
   * @returns One class after another.
   */
  read(name: string, classes: Int32Array): Float32Array {
    const {width} = this;
    const values = new Float32Array(classes.length * width);
    classes.forEach((id, i) => {
      values.set(this.row(name, this.slotOf(id)), i * width);
    });
    return values;
  }

  /** Replaces rows by others, in the order of the ids. */
  write(name: string, classes: Int32Array, values: Float32Array): void {
    const {width} = this;
    classes.forEach((id, i) => {
      this.row(name, this.slotOf(id)).set(values.subarray(i * width, (i + 1) * width));
    });
  }

  /** Forgets all rows, so that they begin anew. */
  clear(): void {
    this.slots.fill(0);
    this.classes.length = 0;
    for (const part of this.parts.values()) part.blocks.length = 0;
  }

  /** Makes all that is not the weights begin anew. */
  reset(): void {
    for (const [name, {initial, blocks}] of this.parts) {
      if (name !== WEIGHTS) for (const block of blocks) block.fill(initial);
    }
  }

  /** The place of a class among those that have rows, which it has from now on. */
  private slotOf(id: number): number {
    const {first, seed} = this.options;
    const known = this.slots[id - first];
    if (known > 0) return known - 1;
    const slot = this.classes.length;
    this.classes.push(id);
    this.slots[id - first] = slot + 1;
    firstRows(this.row(WEIGHTS, slot), seed, id);
    return slot;
  }

  private row(name: string, slot: number): Float32Array {
    const {width, rowsPerBlock} = this;
    const {initial, blocks} = this.parts.get(name) as {initial: number; blocks: Float32Array[]};
    const block = Math.floor(slot / rowsPerBlock);
    while (blocks.length <= block) {
      const made = new Float32Array(rowsPerBlock * width);
      blocks.push(initial === 0 ? made : made.fill(initial));
    }
    const start = (slot - block * rowsPerBlock) * width;
    return blocks[block].subarray(start, start + width);
  }
}
