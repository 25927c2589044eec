import {DataFormatError} from './dataFormatError';

/** Pixels of a {@link parseBmp} file, 0 to 255. */
export interface BmpImage {
  /** Columns. */
  width: number;
  /** Rows, the top one first. */
  height: number;
  /** RGB. */
  channels: 3;
  /** Row-major and interleaved. */
  data: Uint8Array;
}

/** Bytes of the two headers, before the palette or the pixels. */
const headers = 54;

/** How a pixel lies in the file. */
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;

/** Where red, green and blue lie in 32 bits, if they are masked out of them as every program writes them. */
const usualMasks = [0xff_0000, 0xff00, 0xff];

/** Whether bytes begin as a BMP file. */
export const looksLikeBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d;

/**
 * Reads an uncompressed image of Windows' format BMP: 24 or 32 bits a pixel, or 8 of a palette, as old data sets of faces have them. The
 * fourth byte of 32 bits, which few programs fill, is left out.
 *
 * @param file The name of the file in messages.
 * @throws {@link index.DataFormatError} if the file is truncated, damaged, compressed or of another format.
 */
export function parseBmp(bytes: Uint8Array, file: string): BmpImage {
  if (!looksLikeBmp(bytes)) throw new DataFormatError(file, 'is not a BMP image.');
  if (bytes.length < headers)
    throw new DataFormatError(file, `is truncated: a BMP image has a header of ${headers} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, headerLength] = [view.getUint32(10, true), view.getUint32(14, true)];
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  const height = Math.abs(signedHeight);
  if (headerLength < 40 || width < 1 || height < 1) {
    throw new DataFormatError(
      file,
      `is damaged or older than Windows 3: its header says ${width} × ${signedHeight} pixels.`,
    );
  }
  const masked = bits === 32 && compression === BIT_FIELDS && hasUsualMasks(view);
  if (![8, 24, 32].includes(bits) || (compression !== UNCOMPRESSED && !masked)) {
    throw new DataFormatError(
      file,
      `is a BMP image of ${bits} bits a pixel and compression ${compression}, which is not read: convert it to PNG.`,
    );
  }
  // Rows are whole words.
  const rowLength = 4 * Math.ceil((width * bits) / 32);
  if (start + rowLength * height > bytes.length) {
    throw new DataFormatError(
      file,
      `is truncated: ${width} × ${height} pixels need ${rowLength * height} bytes at ${start}, but it has ${bytes.length}.`,
    );
  }
  const size = bits / 8;
  const palette = 14 + headerLength;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    // From the bottom up, unless the height is negative.
    const from = start + rowLength * (signedHeight > 0 ? height - 1 - row : row);
    for (let column = 0; column < width; column++) {
      const at = bits === 8 ? palette + 4 * bytes[from + column] : from + size * column;
      const to = 3 * (row * width + column);
      // Blue first.
      for (let channel = 0; channel < 3; channel++) data[to + channel] = bytes[at + 2 - channel] ?? 0;
    }
  }
  return {width, height, channels: 3, data};
}

const hasUsualMasks = (view: DataView) =>
  view.byteLength >= headers + 12 &&
  usualMasks.every((mask, i) => view.getUint32(headers + 4 * i, true) === mask);
