/** The WebAssembly heap has no room for what is asked of it. Nothing has been computed or written. */
export class HeapFullError extends Error {
  override readonly name = 'HeapFullError';

  constructor(what: number | string) {
    const needed = typeof what === 'number' ? `another ${what.toLocaleString('en')} bytes` : what;
    super(
      `The WebAssembly heap, at most 4 GB, has no room for ${needed}: use smaller batches or fewer classes.`,
    );
  }
}
