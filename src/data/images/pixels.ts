/** Decoded pixels, 0 to 255: RGB or any number of channels, row-major and interleaved. */
export type PixelArray = Uint8Array | Uint8ClampedArray | Float32Array;

/** An image in memory. The `ImageData` of a canvas is one, with four channels. */
export interface Pixels {
  /** Row-major `[height, width, channels]`, 0 to 255. Its length gives the number of channels. */
  data: PixelArray;
  /** Columns of the image. */
  width: number;
  /** Rows of the image. */
  height: number;
}

/**
 * The number of channels.
 *
 * @throws If the length of the data is not a multiple of width × height.
 */
export function channelsOf(where: string, {data, width, height}: Pixels): number {
  const channels = data.length / (width * height);
  if (!Number.isInteger(channels) || channels < 1) {
    throw new Error(
      `${where}: data must have width × height × channels values, but has ${data.length} for ${width} × ${height}.`,
    );
  }
  return channels;
}

/** An array of the same type with the given length. */
export function samePixelArray(data: PixelArray, length: number): PixelArray {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Uint8ClampedArray ? new Uint8ClampedArray(length) : new Uint8Array(length);
}

/** The amount to add before storing, so that integer arrays, which truncate, round. */
export function rounding(data: PixelArray): number {
  return data instanceof Uint8Array ? 0.5 : 0;
}
