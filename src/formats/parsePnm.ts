import {DataFormatError} from './dataFormatError';

/** Pixels of a {@link parsePnm} file, 0 to 255. */
export interface PnmImage {
  /** Columns. */
  width: number;
  /** Rows. */
  height: number;
  /** 1: gray. 3: RGB. */
  channels: 1 | 3;
  /** Row-major and interleaved. */
  data: Uint8Array;
}

/** The largest value of two bytes. */
const largestValue = 65_535;

/** Whether bytes begin as a PGM or PPM file. */
export const looksLikePnm = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && '2356'.includes(String.fromCharCode(bytes[1])) && isSpace(bytes[2]);

const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/**
 * Reads a gray or color image of the Netpbm formats PGM (P2, P5) and PPM (P3, P6): old data sets of faces have them. Values up to any
 * maximum, of one or two bytes, are scaled to 0 to 255.
 *
 * @param file The name of the file in messages.
 * @throws {@link index.DataFormatError} if the file is truncated, damaged or of another format.
 */
export function parsePnm(bytes: Uint8Array, file: string): PnmImage {
  if (!looksLikePnm(bytes)) throw new DataFormatError(file, 'is not a PGM or PPM image.');
  const kind = bytes[1] - 0x30;
  const header = new Words(bytes, file);
  const [width, height, largest] = ['width', 'height', 'largest value'].map(what => header.positive(what));
  if (largest > largestValue) {
    throw new DataFormatError(
      file,
      `is damaged: its largest value must be at most ${largestValue}, but is ${largest}.`,
    );
  }
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const count = width * height * channels;
  const isText = kind < 4;
  const bytesEach = largest > 255 ? 2 : 1;
  // One blank ends the header, and two bytes are the least that a value takes as text.
  const start = header.at + 1;
  const most = isText ? (bytes.length - header.at) / 2 : (bytes.length - start) / bytesEach;
  if (count > most) {
    throw new DataFormatError(
      file,
      `is truncated: ${width} × ${height} pixels need ${count} values, but there are ${Math.max(0, Math.floor(most))} at most.`,
    );
  }
  const data = new Uint8Array(count);
  const scale = 255 / largest;
  for (let i = 0; i < count; i++) {
    const at = start + i * bytesEach;
    const value = isText
      ? header.next('value')
      : bytesEach === 1
        ? bytes[at]
        : 256 * bytes[at] + bytes[at + 1];
    data[i] = Math.round(scale * Math.min(value, largest));
  }
  return {width, height, channels, data};
}

/** The whole numbers of a text, between blanks and comments. */
class Words {
  at = 2;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {}

  next(what: string): number {
    const {bytes} = this;
    while (isSpace(bytes[this.at]) || bytes[this.at] === 0x23) {
      // A comment goes on to the end of its line.
      if (bytes[this.at] === 0x23) while (this.at < bytes.length && bytes[this.at] !== 0x0a) this.at++;
      else this.at++;
    }
    const start = this.at;
    let value = 0;
    while (isDigit(bytes[this.at])) value = 10 * value + bytes[this.at++] - 0x30;
    if (this.at === start) {
      throw new DataFormatError(this.file, `is damaged: it must have a ${what} at byte ${start}.`);
    }
    return value;
  }

  positive(what: string): number {
    const value = this.next(what);
    if (value > 0) return value;
    throw new DataFormatError(this.file, `is damaged: its ${what} must be above 0, but is 0.`);
  }
}
