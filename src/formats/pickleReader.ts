import {DataFormatError} from './dataFormatError';
import {latin1} from './latin1';

/** Wide enough for every count: a verification set has no wider number. */
const longestInteger = 8;

const NEWLINE = 0x0a;

/** A text from a file, cut for a message. */
export const short = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** The bytes of a pickle, read from the first on: numbers, lines, and what follows a length. */
export class PickleReader {
  private readonly view: DataView;
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.at;
  }

  /** How many bytes there are. */
  get size(): number {
    return this.bytes.length;
  }

  wrong(problem: string): DataFormatError {
    return new DataFormatError(this.file, `${problem}.`);
  }

  take(length: number): Uint8Array {
    if (!(length <= this.bytes.length - this.at)) {
      throw this.wrong(`is truncated: ${length} bytes must follow byte ${this.at} of ${this.bytes.length}`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    this.take(2);
    return this.view.getUint16(this.at - 2, true);
  }

  uint32(): number {
    this.take(4);
    return this.view.getUint32(this.at - 4, true);
  }

  int32(): number {
    return this.uint32() | 0;
  }

  uint64(): number {
    this.take(8);
    return Number(this.view.getBigUint64(this.at - 8, true));
  }

  float64(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  /** Little-endian two's complement. */
  integer(length: number): number {
    if (length > longestInteger)
      throw this.wrong(`has an integer of ${length} bytes, more than any count needs`);
    const own = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(own[i]);
    return Number(length === 0 ? 0n : BigInt.asIntN(8 * length, value));
  }

  line(): string {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    if (end < 0) throw this.wrong(`is truncated: the line at byte ${this.at} does not end`);
    const text = latin1(this.take(end - this.at));
    this.at++;
    return text;
  }

  number(text: string): number {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value))
      throw this.wrong(`has '${short(text)}' in place of a number`);
    return value;
  }
}
