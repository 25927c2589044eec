import type {GrowingNumbers} from './growingNumbers';

/**
 * The offsets of the records of a file by their numbers, as {@link parseRecordIndex} and {@link scanRecords} make it.
 *
 * Typed arrays hold it, 8 bytes a record, or 16 where the numbers do not count up from 0: a `Map` ends at 16.7 million entries, and
 * Glint360K has 17.5 million images.
 */
export class RecordIndex {
  /** The offset of each record, in the order of the index. */
  readonly offsets: Float64Array;
  /** The positions in the order of their numbers, where that is another one. */
  private readonly order: Uint32Array | undefined;

  /**
   * @param numbers The number of each record.
   * @param offsets Its offset.
   */
  constructor(
    private readonly numbers: GrowingNumbers,
    offsets: GrowingNumbers,
  ) {
    this.offsets = offsets.all();
    if (!rises(numbers)) this.order = sorted(numbers);
  }

  /** The number of records. */
  get size(): number {
    return this.offsets.length;
  }

  /** The offset of the record with a number, if there is one. */
  offsetOf(number: number): number | undefined {
    const {numbers, size} = this;
    if (numbers.countsUp) return this.offsets[number];
    let [low, high] = [0, size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (numbers.at(this.position(middle)) < number) low = middle + 1;
      else high = middle;
    }
    const found = this.position(low);
    return low < size && numbers.at(found) === number ? this.offsets[found] : undefined;
  }

  /** The position of a record whose number came before, if there is one. */
  repeated(): number | undefined {
    const {numbers, order} = this;
    if (order === undefined) return undefined;
    for (let i = 1; i < order.length; i++) {
      if (numbers.at(order[i]) === numbers.at(order[i - 1])) return order[i];
    }
    return undefined;
  }

  private position(rank: number): number {
    return this.order === undefined ? rank : this.order[rank];
  }
}

function rises(numbers: GrowingNumbers): boolean {
  if (numbers.countsUp) return true;
  for (let i = 1; i < numbers.length; i++) if (numbers.at(i) <= numbers.at(i - 1)) return false;
  return true;
}

/** The positions by their numbers, and equal numbers by position. */
function sorted(numbers: GrowingNumbers): Uint32Array {
  const order = new Uint32Array(numbers.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => numbers.at(a) - numbers.at(b) || a - b);
}
