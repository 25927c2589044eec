/** What a BMP file holds. */
interface Bitmap {
  width: number;
  /** Rows from the bottom up; from the top down where it is negative. */
  height: number;
  bits: number;
  /** The bytes of the pixels, row after row as in the file, without what fills rows up. */
  pixels: number[];
  /** Four bytes a color: blue, green, red, 0. Default none. */
  palette?: number[];
  compression?: number;
  /** What stands between the headers and the palette. Default nothing. */
  masks?: number[];
}

/** The bytes of a BMP file, written from its published description. */
export function bmpBytes({
  width,
  height,
  bits,
  pixels,
  palette = [],
  compression = 0,
  masks = [],
}: Bitmap): Uint8Array {
  const rowBytes = Math.ceil((width * bits) / 8);
  const padded = 4 * Math.ceil(rowBytes / 4);
  const rows = Math.abs(height);
  const start = 54 + 4 * masks.length + palette.length;
  const bytes = new Uint8Array(start + rows * padded);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  for (const [i, mask] of masks.entries()) view.setUint32(54 + 4 * i, mask, true);
  bytes.set(palette, 54 + 4 * masks.length);
  for (let row = 0; row < rows; row++) {
    bytes.set(pixels.slice(row * rowBytes, (row + 1) * rowBytes), start + row * padded);
  }
  return bytes;
}
