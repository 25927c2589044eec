import {readFile} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {DataFormatError} from '../../formats/dataFormatError';
import {type IdxArray, type IdxHeader, parseIdx, parseIdxHeader} from '../../formats/parseIdx';

/** More than any variant of MNIST needs (EMNIST's largest part is 0.6 GB), but too little to exhaust a machine. */
const largestInflated = 2 ** 30;

/**
 * Reads an IDX file from disk, plain or gzip-compressed (detected by the first bytes, not by the name).
 *
 * Inflation stops at the size in the file's header, and never exceeds 1 GiB: a file that inflates to more is an error at the first
 * surplus byte.
 *
 * @param path The file.
 * @param rank The expected number of dimensions. Default: any.
 * @throws If the file cannot be read, or as {@link parseIdx}, with the path.
 */
export async function readIdxFile(path: string, rank?: number): Promise<IdxArray> {
  const bytes = await readFile(path);
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return parseIdx(compressed ? await inflate(bytes, path, rank) : bytes, path, rank);
}

async function inflate(compressed: Uint8Array, path: string, rank?: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let present = 0;
  let header: IdxHeader | undefined;
  try {
    for await (const chunk of Readable.from([compressed]).pipe(createGunzip())) {
      // Chunks are 16 KiB, so the first one contains the header.
      header ??= parseIdxHeader(chunk, path, rank);
      chunks.push(chunk);
      present += chunk.byteLength;
      if (present > Math.min(header.byteLength, largestInflated)) {
        throw new DataFormatError(
          path,
          `inflates to more than the ${header.byteLength} bytes its header justifies ` +
            `(and at most ${largestInflated} are read).`,
        );
      }
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new DataFormatError(path, `is a damaged gzip file: ${error.message}.`, {cause: error});
    }
    throw error;
  }
  return Buffer.concat(chunks);
}
