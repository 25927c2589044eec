import {DataFormatError} from './dataFormatError';

/** Bytes that can be read at any offset: a file, or an array in memory. */
export interface ByteSource {
  /** The name in messages. */
  readonly name: string;
  /** The number of bytes. */
  readonly byteLength: number;
  /** Reads `length` bytes at `offset`, all inside the source. */
  read(offset: number, length: number): Uint8Array;
}

/** An array as a {@link ByteSource}; reads are views of it. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    byteLength: bytes.byteLength,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** The size of a read if the next head is near. */
const block = 2 ** 16;
/** The size of a read if it is not: a head and its first labels. */
const aHead = 64;
/** An image of a face takes 3 to 8 kB; to read over it takes no longer than to skip it. */
const near = 2 ** 13;

/**
 * A source that serves small reads from blocks: one read covers the heads of several records, instead of two reads for each.
 */
export function bufferedSource(source: ByteSource): ByteSource {
  let start = 0;
  let bytes: Uint8Array = new Uint8Array(0);
  return {
    name: source.name,
    byteLength: source.byteLength,
    read(offset, length) {
      if (offset < start || offset + length > start + bytes.length) {
        if (length > near) return source.read(offset, length);
        const isNear = offset >= start && offset - (start + bytes.length) < near;
        start = offset;
        bytes = source.read(
          offset,
          Math.min(isNear ? block : Math.max(length, aHead), source.byteLength - offset),
        );
      }
      return bytes.subarray(offset - start, offset - start + length);
    },
  };
}

/** The position of a record and of the next one. */
export interface RecordSpan {
  /** The offset of the record. */
  offset: number;
  /** The parts of its content, in order: offset and length. */
  parts: {offset: number; length: number}[];
  /** The offset of the next record. */
  end: number;
}

const magic = 0xced7230a;
/** The three highest bits of the second word give the kind of part that follows; the rest is its length. */
const lengthBits = 29;
const whole = 0;
const first = 1;
const last = 3;

/**
 * Finds one record of a file in dmlc's RecordIO format, which MXNet uses: a magic number, a word with the kind of the part and
 * its length, the part, zeros up to a multiple of four bytes. If the content has the magic number at a multiple of four, the record is
 * split there and the number omitted.
 *
 * @throws {@link DataFormatError} if no record begins there, or it ends beyond the file.
 */
export function recordAt(source: ByteSource, start: number): RecordSpan {
  const parts: RecordSpan['parts'] = [];
  let at = start;
  for (;;) {
    if (at + 8 > source.byteLength) throw wrong(source, start, 'is truncated in the head of a part');
    const head = source.read(at, 8);
    const view = new DataView(head.buffer, head.byteOffset, 8);
    if (view.getUint32(0, true) !== magic)
      throw wrong(source, at, 'does not begin with the magic number of RecordIO');
    const word = view.getUint32(4, true);
    const [kind, length] = [word >>> lengthBits, word & (2 ** lengthBits - 1)];
    if (kind > last || (parts.length === 0) !== (kind === whole || kind === first)) {
      throw wrong(source, at, `has a misplaced part of kind ${kind}`);
    }
    const padded = length + ((4 - (length % 4)) % 4);
    if (at + 8 + length > source.byteLength) {
      throw wrong(
        source,
        at,
        `is truncated: it has ${length} bytes, but only ${source.byteLength - at - 8} are left`,
      );
    }
    parts.push({offset: at + 8, length});
    at = Math.min(at + 8 + padded, source.byteLength);
    if (kind === whole || kind === last) return {offset: start, parts, end: at};
  }
}

/** The content of a record. Several parts are joined; of a single part at most the first `atMost` bytes are read. */
export function recordContent(
  source: ByteSource,
  {parts}: RecordSpan,
  atMost = Number.POSITIVE_INFINITY,
): Uint8Array {
  const [{offset, length}] = parts;
  if (parts.length === 1) return source.read(offset, Math.min(length, atMost));
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 4, -4));
  const view = new DataView(content.buffer);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (i > 0) {
      view.setUint32(at, magic, true);
      at += 4;
    }
    content.set(source.read(part.offset, part.length), at);
    at += part.length;
  }
  return content;
}

function wrong({name}: ByteSource, offset: number, problem: string): DataFormatError {
  return new DataFormatError(
    name,
    `is damaged, or not a RecordIO file: the record at byte ${offset} ${problem}.`,
  );
}
