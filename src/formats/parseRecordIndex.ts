import {DataFormatError} from './dataFormatError';
import {GrowingNumbers} from './growingNumbers';
import {latin1} from './latin1';
import {RecordIndex} from './recordIndex';
import {type ByteSource, recordAt} from './recordIo';

/**
 * Reads the index of a RecordIO file, `train.idx`: one line `number<tab>offset` for each record.
 *
 * @param index The file: its text, its bytes, or its bytes in pieces, since the index of 42 million records is longer than a string
 * can be.
 * @param file The name of the index in messages.
 * @param byteLength The size of the `.rec` file.
 * @returns The offset of each record by its number.
 * @throws {@link index.DataFormatError} if a line is not two whole numbers, a number comes twice, or an offset is beyond the end;
 * it names the line.
 */
export function parseRecordIndex(
  index: string | Uint8Array | Iterable<Uint8Array>,
  file: string,
  byteLength: number,
): RecordIndex {
  const lines = new IndexLines(file, byteLength);
  for (const piece of piecesOf(index)) lines.add(piece);
  return lines.end();
}

/** Scans all records of a file without an index, in order. They are numbered from 0. */
export function scanRecords(source: ByteSource): RecordIndex {
  const offsets = new GrowingNumbers();
  const numbers = new GrowingNumbers(0);
  for (let at = 0; at < source.byteLength; at = recordAt(source, at).end) {
    numbers.push(numbers.length);
    offsets.push(at);
  }
  return new RecordIndex(numbers, offsets);
}

function piecesOf(index: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof index === 'string') return [new TextEncoder().encode(index)];
  return index instanceof Uint8Array ? [index] : index;
}

const newline = 0x0a;
const zero = 0x30;

/** Two numbers of 15 digits, and room for blanks. */
const longestLine = 256;

/** Whole numbers beyond 15 digits are not exact. */
const mostDigits = 15;

const isBlank = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Reads the lines of an index without making a string of each: 42 million take seconds. */
class IndexLines {
  private readonly numbers = new GrowingNumbers(0);
  private readonly offsets = new GrowingNumbers();
  /** The line of each record, which counts up unless lines are blank. */
  private readonly lines = new GrowingNumbers(1);
  private line = 0;
  /** The beginning of a line that goes on in the next piece. */
  private begun = new Uint8Array(0);
  private at = 0;

  constructor(
    private readonly file: string,
    private readonly byteLength: number,
  ) {}

  add(piece: Uint8Array): void {
    let start = 0;
    if (this.begun.length > 0) {
      const end = piece.indexOf(newline);
      const begun = joined(this.begun, end < 0 ? piece : piece.subarray(0, end));
      if (end < 0) {
        this.begin(begun);
        return;
      }
      this.begun = new Uint8Array(0);
      this.read(begun, 0, begun.length);
      start = end + 1;
    }
    for (let end = piece.indexOf(newline, start); end >= 0; end = piece.indexOf(newline, start)) {
      this.read(piece, start, end);
      start = end + 1;
    }
    this.begin(piece.slice(start));
  }

  end(): RecordIndex {
    if (this.begun.length > 0) this.read(this.begun, 0, this.begun.length);
    const index = new RecordIndex(this.numbers, this.offsets);
    const again = index.repeated();
    if (again !== undefined) {
      throw new DataFormatError(
        this.file,
        `has record ${this.numbers.at(again)} twice, again in line ${this.lines.at(again)}.`,
      );
    }
    return index;
  }

  private begin(line: Uint8Array<ArrayBuffer>): void {
    this.begun = line;
    if (line.length > longestLine) this.read(line, 0, line.length);
  }

  /** Reads a line: its number, blanks, its offset, and blanks. */
  private read(bytes: Uint8Array, start: number, end: number): void {
    this.line++;
    this.at = start;
    const number = this.digits(bytes, end);
    const between = this.at;
    this.skipBlanks(bytes, end);
    if (this.at === end && between === start && end - start <= longestLine) return; // A blank line.
    const isSeparate = this.at > between;
    const offset = this.digits(bytes, end);
    this.skipBlanks(bytes, end);
    if (number < 0 || offset < 0 || !isSeparate || this.at < end || end - start > longestLine) {
      throw new DataFormatError(
        this.file,
        `has '${latin1(bytes.subarray(start, Math.min(end, start + 40)))}' in line ${this.line}, but must have the number and ` +
          'offset of a record there.',
      );
    }
    if (offset >= this.byteLength) {
      throw new DataFormatError(
        this.file,
        `says in line ${this.line} that a record begins at byte ${offset}, but the .rec file has ${this.byteLength} bytes.`,
      );
    }
    this.numbers.push(number);
    this.offsets.push(offset);
    this.lines.push(this.line);
  }

  /** The whole number that begins here; −1 if none does, or one of too many digits. */
  private digits(bytes: Uint8Array, end: number): number {
    const start = this.at;
    let value = 0;
    let at = start;
    for (; at < end; at++) {
      const digit = bytes[at] - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      value = 10 * value + digit;
    }
    this.at = at;
    return at === start || at - start > mostDigits ? -1 : value;
  }

  private skipBlanks(bytes: Uint8Array, end: number): void {
    while (this.at < end && isBlank(bytes[this.at])) this.at++;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
