import {closeSync, fsync, openSync, readSync, writeSync} from 'node:fs';
import {promisify} from 'node:util';

/** float32 rows in a file, which grows at its end. Reads and writes are of a few kilobytes each, and at once. */
export class RowsFile {
  private readonly file: number;

  constructor(
    path: string,
    private readonly dimension: number,
  ) {
    // For reading and writing, made if missing, not cut.
    this.file = openSync(path, 'a+');
    closeSync(this.file);
    this.file = openSync(path, 'r+');
  }

  read(row: number): Float32Array {
    const values = new Float32Array(this.dimension);
    const bytes = new Uint8Array(values.buffer);
    const found = readSync(this.file, bytes, 0, bytes.length, row * bytes.length);
    if (found < bytes.length)
      throw new Error(`The rows of the index must reach to row ${row}, but end before.`);
    return values;
  }

  /** Writes rows from a place on. */
  write(first: number, rows: Float32Array): void {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.file, bytes, at, bytes.length - at, first * 4 * this.dimension + at);
    }
  }

  /** Brings everything to the disk. */
  async sync(): Promise<void> {
    await promisify(fsync)(this.file);
  }
}
