import {DataFormatError} from './dataFormatError';

/** Bytes of an element, by safetensors' name of its type. */
export const elementSizes = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
} as const;

export type ElementType = keyof typeof elementSizes;

/** A tensor in a file: its bytes are a view of the file, little-endian and perhaps not aligned. */
export interface StoredTensor {
  type: ElementType;
  shape: number[];
  bytes: Uint8Array;
}

/** `[64, 3, 3, 3]` */
export const shapeText = (shape: readonly (number | null)[]): string => `[${shape.join(', ')}]`;

/** The number of bytes by type and shape; where it is beyond a limit, a number beyond that. */
export function storedSize({type, shape}: Omit<StoredTensor, 'bytes'>, limit: number): number {
  let size: number = elementSizes[type];
  for (const length of [...shape].sort((a, b) => a - b)) {
    size *= length;
    if (size > limit) break;
  }
  return size;
}

/** Checks that the number of bytes matches type and shape. */
export function checkStoredSize(tensor: StoredTensor, file: string, name: string): void {
  const {type, shape, bytes} = tensor;
  if (storedSize(tensor, bytes.byteLength) !== bytes.byteLength) {
    throw new DataFormatError(
      file,
      `is damaged: tensor ${name} has ${bytes.byteLength} bytes, which does not match ${type} of shape ${shapeText(shape)}.`,
    );
  }
}

const expand: Partial<Record<ElementType, (bytes: ArrayBuffer) => Float32Array<ArrayBuffer>>> = {
  F32: bytes => new Float32Array(bytes),
  F64: bytes => Float32Array.from(new Float64Array(bytes)),
  BF16: bytes => new Float32Array(Uint32Array.from(new Uint16Array(bytes), bits => bits << 16).buffer),
  F16: bytes => Float32Array.from(new Uint16Array(bytes), halfFloat),
};

/** The value of an IEEE half-precision number. */
function halfFloat(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Whether the elements can be weights: F64, F32, F16 or BF16. */
export const isFloating = ({type}: StoredTensor): boolean => type in expand;

/** The elements as float32, in a new buffer. */
export function floatValues({type, bytes}: StoredTensor): Float32Array<ArrayBuffer> {
  // Not `slice`, which does not copy on Node's Buffer.
  const values = expand[type]?.(new Uint8Array(bytes).buffer);
  if (values === undefined) throw new Error(`A weight cannot be of type ${type}.`);
  return values;
}

const firstWith = (bits: Uint16Array | Uint32Array, exponent: number) =>
  bits.findIndex(value => (value & exponent) === exponent);

/** The place of the first value that is no finite float32; −1 where all are. */
const notFinite: Partial<Record<ElementType, (bytes: ArrayBuffer) => number>> = {
  F32: bytes => firstWith(new Uint32Array(bytes), 0x7f80_0000),
  F64: bytes => new Float64Array(bytes).findIndex(value => !Number.isFinite(Math.fround(value))),
  BF16: bytes => firstWith(new Uint16Array(bytes), 0x7f80),
  F16: bytes => firstWith(new Uint16Array(bytes), 0x7c00),
};

/** The place of the first element that is NaN or infinite as float32; −1 if there is none. */
export const firstNotFinite = ({type, bytes}: StoredTensor): number =>
  notFinite[type]?.(new Uint8Array(bytes).buffer) ?? -1;
