import {open} from 'node:fs/promises';

/** The most bytes that are read at once: Node refuses more than 2 GiB less one. */
const largestPiece = 2 ** 30;

/**
 * Reads a file of any size. Node's own `readFile` refuses those above 2 GiB.
 *
 * @param piece The most bytes to read at once.
 */
export async function readWholeFile(file: string, piece = largestPiece): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const status = await handle.stat();
    // A pipe does not know how long it is.
    if (!status.isFile()) return await handle.readFile();
    const {size} = status;
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const {bytesRead} = await handle.read(bytes, at, Math.min(piece, size - at), at);
      // Cut off meanwhile.
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  } finally {
    await handle.close();
  }
}
