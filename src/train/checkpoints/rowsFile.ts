import {createHash} from 'node:crypto';
import {type FileHandle, open} from 'node:fs/promises';
import {writeAtomically} from '../../base/writeAtomically';
import {DataFormatError} from '../../formats/dataFormatError';
import {parseSafetensorsHeader, type SafetensorsEntry, safetensorsHeader} from '../../formats/safetensors';
import type {ElementType} from '../../formats/storedTensor';
import type {RowsPart, RowsSink, RowsToSave} from './savedRows';

/** The most numbers in a chunk, which has a fingerprint of its own: 16 MiB. */
const CHUNK = 2 ** 22;

const bytesOf = ({buffer, byteOffset, byteLength}: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

const digestOf = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** What is known of the rows in a file, beside their numbers. */
interface RowsIndex {
  first: number;
  count: number;
  width: number;
  rowsPerChunk: number;
  hasIds: boolean;
}

interface Piece {
  name: string;
  type: ElementType;
  shape: number[];
  bytes(): Uint8Array;
}

const chunkName = (name: string, chunk: number) => `${name}/rows/${chunk}`;
const idsName = (name: string) => `${name}/ids`;

/** The tensors of a file, in their order. Each is made when it is written. */
function piecesOf({name, ids, count, width, read}: RowsToSave): Piece[] {
  const total = ids?.length ?? count;
  const rowsPerChunk = Math.max(1, Math.floor(CHUNK / width));
  const chunks = Array.from({length: Math.ceil(total / rowsPerChunk)}, (_, chunk): Piece => {
    const [from, to] = [chunk * rowsPerChunk, Math.min(total, (chunk + 1) * rowsPerChunk)];
    return {
      name: chunkName(name, chunk),
      type: 'F32',
      shape: [to - from, width],
      bytes: () => finite(name, bytesOf(read(from, to))),
    };
  });
  const idsPiece = ids && {
    name: idsName(name),
    type: 'I32' as const,
    shape: [total],
    bytes: () => bytesOf(ids),
  };
  return [...(idsPiece ? [idsPiece] : []), ...chunks];
}

function finite(name: string, bytes: Uint8Array): Uint8Array {
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (values.every(Number.isFinite)) return bytes;
  throw new Error(
    `fit: ${name} must be finite to be saved, but some rows are not. Go on from the last checkpoint.`,
  );
}

const sizeOf = ({type, shape}: Piece) => shape.reduce((size, length) => size * length, type === 'U8' ? 1 : 4);

/**
 * Writes the rows of one process as a safetensors file, a chunk at a time, so that it needs no memory for the whole.
 *
 * Each chunk has a SHA-256 in the last tensor but one; the last one is a record, as JSON.
 */
export async function writeRowsFile(file: string, {tensors}: RowsPart): Promise<void> {
  const index = Object.fromEntries(
    tensors.map(({name, first, count, width, ids}): [string, RowsIndex] => [
      name,
      {first, count, width, rowsPerChunk: Math.max(1, Math.floor(CHUNK / width)), hasIds: ids !== undefined},
    ]),
  );
  const record = new TextEncoder().encode(JSON.stringify({version: 1, index}));
  const pieces = tensors.flatMap(piecesOf);
  const digests = new Uint8Array(32 * pieces.length);
  const last: Piece[] = [
    {name: 'sha256', type: 'U8', shape: [pieces.length, 32], bytes: () => digests},
    {name: 'record', type: 'U8', shape: [record.length], bytes: () => record},
  ];
  const all = [...pieces, ...last];
  await writeAtomically(file, async handle => {
    await handle.writeFile(safetensorsHeader(all.map(piece => ({...piece, size: sizeOf(piece)}))));
    for (const [i, piece] of all.entries()) {
      const bytes = piece.bytes();
      if (i < pieces.length) digests.set(digestOf(bytes), 32 * i);
      await handle.writeFile(bytes);
    }
  });
}

/** A file of {@link writeRowsFile}, open to be read. */
export class RowsFile {
  /** Where each tensor is in the file. */
  private readonly places: ReadonlyMap<string, number>;

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly entries: Map<string, SafetensorsEntry>,
    private readonly start: number,
    private readonly index: Record<string, RowsIndex>,
    private readonly digests: Uint8Array,
  ) {
    this.places = new Map([...entries.keys()].map((name, i) => [name, i]));
  }

  /** @throws {@link DataFormatError} if the file is truncated, damaged or none of these. */
  static async open(file: string): Promise<RowsFile> {
    const handle = await open(file, 'r');
    try {
      const {size} = await handle.stat();
      const length = Number(new DataView((await read(handle, 0, 8, file)).buffer).getBigUint64(0, true));
      if (8 + length > size) throw new DataFormatError(file, `is truncated: it has ${size} bytes.`);
      const header = await read(handle, 0, 8 + length, file);
      const entries = parseSafetensorsHeader(header, size - 8 - length, file);
      const start = 8 + length;
      const [record, digests] = await Promise.all(
        ['record', 'sha256'].map(async name => {
          const entry = entries.get(name);
          if (entry === undefined) throw new DataFormatError(file, `has no ${name}: it is no file of rows.`);
          return read(handle, start + entry.from, entry.to - entry.from, file);
        }),
      );
      const {version, index} = JSON.parse(new TextDecoder().decode(record));
      if (version !== 1) throw new DataFormatError(file, `is of version ${version}, but version 1 is read.`);
      return new RowsFile(file, handle, entries, start, index, digests);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Reads the rows that the file has of some classes. */
  async read(name: string, first: number, end: number, take: RowsSink): Promise<void> {
    const index = this.index[name];
    if (index === undefined) throw new DataFormatError(this.file, `has no rows of ${name}.`);
    const ids = index.hasIds ? await this.idsOf(name) : undefined;
    const placeOf = (id: number) =>
      ids ? lowerBound(ids, id) : Math.min(index.count, Math.max(0, id - index.first));
    const [from, to] = [placeOf(first), placeOf(end)];
    const {rowsPerChunk, width} = index;
    for (let chunk = Math.floor(from / rowsPerChunk); chunk * rowsPerChunk < to; chunk++) {
      const bytes = await this.verified(chunkName(name, chunk));
      const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      const start = chunk * rowsPerChunk;
      const [low, high] = [Math.max(from, start), Math.min(to, start + rowsPerChunk)];
      const classes = Int32Array.from(
        {length: high - low},
        (_, i) => ids?.[low + i] ?? index.first + low + i,
      );
      take(classes, values.subarray((low - start) * width, (high - start) * width));
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async idsOf(name: string): Promise<Int32Array> {
    const {buffer, byteLength} = await this.verified(idsName(name));
    return new Int32Array(buffer, 0, byteLength / 4);
  }

  /** The bytes of a tensor, which are what was written. */
  private async verified(name: string): Promise<Uint8Array> {
    const {file, handle, start, digests} = this;
    const place = this.places.get(name) ?? 0;
    const entry = this.entries.get(name);
    if (entry === undefined) throw new DataFormatError(file, `is damaged: it has no ${name}.`);
    const bytes = await read(handle, start + entry.from, entry.to - entry.from, file);
    const digest = digestOf(bytes);
    if (digest.every((byte, i) => byte === digests[32 * place + i])) return bytes;
    throw new DataFormatError(file, `is damaged: ${name} is not what was written.`);
  }
}

/** The first place in an ascending list whose number is not below one. */
function lowerBound(list: Int32Array, value: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function read(handle: FileHandle, at: number, length: number, file: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const {bytesRead} = await handle.read(bytes, done, Math.min(2 ** 30, length - done), at + done);
    if (bytesRead === 0) throw new DataFormatError(file, 'is truncated.');
    done += bytesRead;
  }
  return bytes;
}
