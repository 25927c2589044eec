import {DataFormatError} from './dataFormatError';

/** The array of an IDX file. */
export interface IdxArray {
  /** Sizes of the dimensions, outermost first: `[60000, 28, 28]` for the training images of MNIST. */
  shape: number[];
  /** The values in row-major order: a view of the input, not a copy. */
  data: Uint8Array;
}

/** The header of an IDX file. */
export interface IdxHeader {
  /** Sizes of the dimensions, outermost first. */
  shape: number[];
  /** The offset of the values, in bytes. */
  offset: number;
  /** The required length of the file, in bytes. */
  byteLength: number;
}

const unsignedByte = 0x08;

const typeNames: Record<number, string> = {
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

/**
 * Reads the header of an IDX file: a magic number (two zero bytes, the type of the values, the number of
 * dimensions), then the size of each dimension as a big-endian 32-bit integer.
 *
 * @param bytes At least the start of the file.
 * @param name The name of the file in messages.
 * @param rank The expected number of dimensions. Default: any.
 * @throws {@link index.DataFormatError} if the file does not start like an IDX file of unsigned bytes and this rank, or ends inside
 * its header.
 */
export function parseIdxHeader(bytes: Uint8Array, name: string, rank?: number): IdxHeader {
  if (bytes.byteLength < 4) {
    throw new DataFormatError(
      name,
      `is truncated: it has ${bytes.byteLength} bytes, but the magic number alone takes 4.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const type = bytes[2];
  const expectedMagic = (unsignedByte << 8) | (rank ?? bytes[3]);
  if (
    magic >>> 16 !== 0 ||
    (type !== unsignedByte && !(type in typeNames)) ||
    expectedMagic === unsignedByte << 8
  ) {
    throw new DataFormatError(name, `is not an IDX file: ${wrongMagic(magic, rank)}.`);
  }
  if (type !== unsignedByte) {
    throw new DataFormatError(
      name,
      `has ${typeNames[type]}, which are not supported: ${wrongMagic(magic, rank)}.`,
    );
  }
  if (magic !== expectedMagic) {
    throw new DataFormatError(
      name,
      `has an array of rank ${bytes[3]} where rank ${rank} is expected: ${wrongMagic(magic, rank)}.`,
    );
  }

  const offset = 4 + 4 * bytes[3];
  if (bytes.byteLength < offset) {
    throw new DataFormatError(
      name,
      `is truncated: it has ${bytes.byteLength} bytes, but its header alone takes ${offset}.`,
    );
  }
  const shape = Array.from({length: bytes[3]}, (_, i) => view.getUint32(4 + 4 * i));
  return {shape, offset, byteLength: offset + shape.reduce((product, size) => product * size, 1)};
}

/**
 * Parses an IDX file of unsigned bytes, the format of MNIST and its variants.
 *
 * The format is described at the end of the MNIST page (LeCun, Cortes, Burges). Nothing is copied or allocated: the sizes in the header
 * must add up to the length of the file.
 *
 * @param bytes The whole file, not compressed.
 * @param name The name of the file in messages.
 * @param rank The expected number of dimensions (3 for images, 1 for labels). Default: any.
 * @throws {@link index.DataFormatError} if the magic number is wrong, values are not unsigned bytes, the file is truncated, or
 * bytes follow its end.
 *
 * @example
 * ```ts
 * const {shape, data} = parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), 'two labels');   // [2], [7, 9]
 * ```
 */
export function parseIdx(bytes: Uint8Array, name: string, rank?: number): IdxArray {
  const {shape, offset, byteLength} = parseIdxHeader(bytes, name, rank);
  if (bytes.byteLength !== byteLength) {
    const wrong = bytes.byteLength < byteLength ? 'is truncated' : 'has surplus bytes at its end';
    throw new DataFormatError(
      name,
      `${wrong}: ${bytes.byteLength} bytes present, ${byteLength} needed for the shape ` +
        `[${shape.join(', ')}] in its header.`,
    );
  }
  return {shape, data: bytes.subarray(offset)};
}

function wrongMagic(magic: number, rank: number | undefined): string {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  const expected =
    rank === undefined
      ? `${hex(unsignedByte << 8)} plus the count of dimensions`
      : hex((unsignedByte << 8) | rank);
  return `its magic number is ${hex(magic)}, expected ${expected} (unsigned bytes)`;
}
