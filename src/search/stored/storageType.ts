/**
 * How an index stores a template: `float32`, 4 bytes a value; `float16`, 2 bytes, which moves a cosine by less than 0.001; `int8`, 1 byte,
 * which moves it by less than 0.02.
 */
export type StorageType = 'float32' | 'float16' | 'int8';

/** Codes of templates of one storage type. */
export type Codes = Float32Array | Uint16Array | Int8Array;

/** How rows of length 1 become codes and back. */
interface Storage {
  /** safetensors' name of its elements. */
  readonly element: 'F32' | 'F16' | 'I8';
  /** Codes for so many values, all 0. */
  codes(length: number): Codes;
  /** Writes a row's codes; gives back the number that its decoded values are to be multiplied by. */
  encode(unit: Float32Array, codes: Codes, at: number): number;
  /** Writes the row that codes stand for, of length 1. */
  decode(codes: Codes, at: number, scale: number, row: Float32Array, to: number, dimension: number): void;
}

/** The storage types. */
export const storageTypes: Record<StorageType, Storage> = {
  float32: {
    element: 'F32',
    codes: length => new Float32Array(length),
    encode(unit, codes, at) {
      codes.set(unit, at);
      return 1;
    },
    decode(codes, at, _scale, row, to, dimension) {
      row.set(codes.subarray(at, at + dimension), to);
    },
  },
  float16: {
    element: 'F16',
    codes: length => new Uint16Array(length),
    encode(unit, codes, at) {
      let squares = 0;
      unit.forEach((value, d) => {
        codes[at + d] = halfBits(value);
        squares += halfValues()[codes[at + d]] ** 2;
      });
      return 1 / Math.sqrt(squares);
    },
    decode(codes, at, scale, row, to, dimension) {
      const values = halfValues();
      for (let d = 0; d < dimension; d++) row[to + d] = values[codes[at + d]] * scale;
    },
  },
  int8: {
    element: 'I8',
    codes: length => new Int8Array(length),
    encode(unit, codes, at) {
      const largest = unit.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      let squares = 0;
      unit.forEach((value, d) => {
        codes[at + d] = Math.round((value / largest) * 127);
        squares += codes[at + d] ** 2;
      });
      return 1 / Math.sqrt(squares);
    },
    decode(codes, at, scale, row, to, dimension) {
      for (let d = 0; d < dimension; d++) row[to + d] = codes[at + d] * scale;
    },
  },
};

const view = new DataView(new ArrayBuffer(4));

/** The nearest half-precision number's bits, of a number from −1 to 1; of two equally near, the even one. */
function halfBits(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  // Below the normal numbers the steps are equal.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const exponent = ((bits >>> 23) & 0xff) - 127;
  return sign | (((exponent + 14) << 10) + roundToEven((magnitude / 2 ** exponent) * 1024));
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

let halves: Float32Array | undefined;

/** The value of each half-precision number from −1 to 1, by its bits: a table, since decoding a block takes millions. */
function halfValues(): Float32Array {
  halves ??= Float32Array.from({length: 2 ** 16}, (_, bits) => {
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
  return halves;
}
