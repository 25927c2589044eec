/** A value that changes, with the way back and forth. */
export class History<T> {
  private readonly past: {value: T; what: string}[] = [];
  private readonly future: {value: T; what: string}[] = [];

  /**
   * @param current The value before any change.
   * @param depth How many changes can be taken back.
   */
  constructor(
    private current: T,
    private readonly depth = 200,
  ) {}

  get value(): T {
    return this.current;
  }

  /** What `undo` would take back, in words, or undefined. */
  get undoable(): string | undefined {
    return this.past.at(-1)?.what;
  }

  /** What `redo` would do again, in words, or undefined. */
  get redoable(): string | undefined {
    return this.future.at(-1)?.what;
  }

  /** Takes a new value, unless it is the same. */
  change(value: T, what: string): void {
    if (value === this.current) return;
    this.past.push({value: this.current, what});
    if (this.past.length > this.depth) this.past.shift();
    this.future.length = 0;
    this.current = value;
  }

  /** Goes one change back; gives what was taken back, in words. */
  undo(): string | undefined {
    return this.step(this.past, this.future);
  }

  /** Does again what was taken back last. */
  redo(): string | undefined {
    return this.step(this.future, this.past);
  }

  private step(from: {value: T; what: string}[], to: {value: T; what: string}[]): string | undefined {
    const entry = from.pop();
    if (!entry) return undefined;
    to.push({value: this.current, what: entry.what});
    this.current = entry.value;
    return entry.what;
  }
}
