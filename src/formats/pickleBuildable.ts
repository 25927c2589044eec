import {latin1} from './latin1';

/** A value in a pickle of data. Tuples are arrays, like lists; bytes are views of the file, not copies. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | NumpyArray
  | NumpyType
  | Buildable
  | PickledName
  | PickledObject
  | Map<PickleValue, PickleValue>
  | PickleValue[];

/** The name of a class or a function that a pickle refers to. It stays a name: nothing is imported. */
export class PickledName {
  /** @param name Such as `torch._utils._rebuild_tensor_v2`. */
  constructor(readonly name: string) {}
}

/** An object of a pickle, as the file describes it: nothing is built. */
export class PickledObject {
  /** What the file gives as the object's state; nothing where it gives none. */
  state: PickleValue | undefined;
  /** The items of an object that is a dictionary; made with the first, since most objects have none. */
  entries: Map<PickleValue, PickleValue> | undefined;

  /**
   * @param type The name of its class, or of the function that makes it.
   * @param values The arguments.
   */
  constructor(
    readonly type: string,
    readonly values: PickleValue[],
  ) {}
}

/** Builds a value from the arguments in a pickle. */
export type Buildable = (values: PickleValue[]) => PickleValue;

/** NumPy's description of an array's value type: `u1`, `<f4`. */
export class NumpyType {
  private bigEndian = false;

  /** @param code A letter (b: boolean, i, u, f) and the byte size of a value. */
  constructor(readonly code: string) {
    if (!Object.hasOwn(readers, code.replace(/^[<>|=]/, ''))) {
      throw new Error(
        `has NumPy values of the type '${code.slice(0, 20)}', which are neither numbers nor booleans`,
      );
    }
    this.bigEndian = code.startsWith('>');
  }

  /** Takes `(version, byte order, …)`; only the order matters for numbers. */
  setState(state: PickleValue): void {
    const order = Array.isArray(state) ? text(state[1]) : undefined;
    if (order === undefined || !['<', '>', '|', '='].includes(order))
      throw new Error('has an invalid description of NumPy values');
    this.bigEndian = order === '>';
  }

  /** The values of some bytes. Byte arrays stay a view. */
  values(bytes: Uint8Array): NumpyValues {
    const {size, read} = readers[this.code.replace(/^[<>|=]/, '')];
    if (bytes.length % size !== 0) {
      throw new Error(`has ${bytes.length} bytes of NumPy values of ${size} bytes each`);
    }
    if (read === undefined) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({length: bytes.length / size}, (_, i) => read(view, i * size, !this.bigEndian));
  }
}

/** The values of an array, or the bytes of a byte array. */
export type NumpyValues = Uint8Array | (number | boolean)[];

/** A NumPy array: its values in order. */
export class NumpyArray {
  values: NumpyValues = [];

  /** Takes `(version, shape, type, whether the order is Fortran's, bytes)`. */
  setState(state: PickleValue): void {
    if (!Array.isArray(state) || state.length !== 5) throw new Error('has a NumPy array without its state');
    this.set(state[4], state[2], state[1]);
  }

  /** Takes the bytes, if their number matches shape and type. */
  set(bytes: PickleValue | undefined, type: PickleValue | undefined, shape: PickleValue | undefined): this {
    if (!(bytes instanceof Uint8Array && type instanceof NumpyType && Array.isArray(shape))) {
      throw new Error('has a NumPy array of values that are neither numbers nor booleans');
    }
    const count = valuesOf(shape);
    this.values = type.values(bytes);
    if (count !== this.values.length) {
      throw new Error(`has a NumPy array of ${this.values.length} values, but its shape needs ${count}`);
    }
    return this;
  }
}

interface Reader {
  /** Bytes of a value. */
  size: number;
  /** Absent for bytes, which are their own values. */
  read?(view: DataView, at: number, littleEndian: boolean): number | boolean;
}

const readers: Record<string, Reader> = {
  u1: {size: 1},
  b1: {size: 1, read: (view, at) => view.getUint8(at) !== 0},
  i1: {size: 1, read: (view, at) => view.getInt8(at)},
  u2: {size: 2, read: (view, at, little) => view.getUint16(at, little)},
  i2: {size: 2, read: (view, at, little) => view.getInt16(at, little)},
  u4: {size: 4, read: (view, at, little) => view.getUint32(at, little)},
  i4: {size: 4, read: (view, at, little) => view.getInt32(at, little)},
  u8: {size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little))},
  i8: {size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little))},
  f4: {size: 4, read: (view, at, little) => view.getFloat32(at, little)},
  f8: {size: 8, read: (view, at, little) => view.getFloat64(at, little)},
};

/** The most axes of an array in NumPy 2. */
const mostAxes = 64;

/** The number of values of an array with a shape. */
function valuesOf(shape: PickleValue[]): number {
  const isLength = (side: PickleValue): side is number => Number.isInteger(side) && (side as number) >= 0;
  if (shape.length > mostAxes || !shape.every(isLength)) {
    throw new Error(`has a NumPy array whose shape is not a list of up to ${mostAxes} whole numbers`);
  }
  return shape.reduce((product, side) => product * side, 1);
}

/** A string; Python 2 writes bytes. */
function text(value: PickleValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return latin1(value);
  return typeof value === 'string' ? value : undefined;
}

/** Bytes that Python 3 writes for protocols without them, as text with one character each. */
function encoded([value, encoding]: PickleValue[]): Uint8Array {
  if (typeof value !== 'string' || !/^latin-?1$/.test(text(encoding) ?? '')) {
    throw new Error('has bytes in an unknown encoding');
  }
  return Uint8Array.from(value, character => character.charCodeAt(0));
}

/** `bytes()`, `bytearray()`, `bytearray(bytes)`, `bytearray(text, 'latin-1')`. */
function bytesOf(values: PickleValue[]): Uint8Array {
  if (values.length === 0) return new Uint8Array(0);
  return values[0] instanceof Uint8Array ? values[0] : encoded(values);
}

function scalar([type, bytes]: PickleValue[]): number | boolean {
  if (!(type instanceof NumpyType && bytes instanceof Uint8Array))
    throw new Error('has a NumPy scalar that is not a number');
  const values = type.values(bytes);
  if (values.length !== 1) throw new Error(`has a NumPy scalar of ${bytes.length} bytes`);
  return values[0];
}

function numpyType([code]: PickleValue[]): NumpyType {
  const name = text(code);
  if (name === undefined) throw new Error('has NumPy values of a type whose name is not text');
  return new NumpyType(name);
}

const numpyArray: Buildable = () => new NumpyArray();
const fromBuffer: Buildable = ([bytes, type, shape]) => new NumpyArray().set(bytes, type, shape);

const core = (name: string) => [`numpy.core.${name}`, `numpy._core.${name}`];
const builders: [names: string[], build: Buildable][] = [
  [['_codecs.encode'], encoded],
  [['__builtin__.bytes', 'builtins.bytes', '__builtin__.bytearray', 'builtins.bytearray'], bytesOf],
  [['numpy.dtype'], numpyType],
  // Only an argument: _reconstruct(ndarray, (0,), b'b') starts an array.
  [['numpy.ndarray'], numpyArray],
  [core('multiarray._reconstruct'), numpyArray],
  [core('multiarray.scalar'), scalar],
  [core('numeric._frombuffer'), fromBuffer],
];
const known = new Map(builders.flatMap(([names, build]) => names.map(name => [name, build] as const)));

/** The builder of the values that a pickle writes under a name; nothing if the name is not data. */
export const pickleBuildable = (name: string): Buildable | undefined => known.get(name);
