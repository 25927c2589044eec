/**
 * Numbers that come one by one: eight bytes each, and as many as memory holds.
 *
 * Numbers that count up from a first one, as the keys of an index mostly do, take no memory until one of them does not.
 */
export class GrowingNumbers {
  private count = 0;
  private values: Float64Array | undefined;

  /** @param first The first number of a list that counts up. Default: no number is expected. */
  constructor(private readonly first = Number.NaN) {}

  /** The number of numbers. */
  get length(): number {
    return this.count;
  }

  /** Whether the numbers so far count up from the first one. */
  get countsUp(): boolean {
    return this.values === undefined;
  }

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.values === undefined && value !== this.first + this.count) this.write();
    if (this.values !== undefined) {
      if (this.count === this.values.length) this.values = enlarged(this.values, 2 * this.count);
      this.values[this.count] = value;
    }
    this.count++;
  }

  /** The number at a position. */
  at(position: number): number {
    return this.values === undefined ? this.first + position : this.values[position];
  }

  /** All numbers: a view, not a copy. */
  all(): Float64Array {
    return (this.values ?? this.write()).subarray(0, this.count);
  }

  /** Writes down what was only counted. */
  private write(): Float64Array {
    this.values = new Float64Array(Math.max(8, 2 * this.count));
    for (let i = 0; i < this.count; i++) this.values[i] = this.first + i;
    return this.values;
  }
}

function enlarged(values: Float64Array, length: number): Float64Array {
  const more = new Float64Array(length);
  more.set(values);
  return more;
}
