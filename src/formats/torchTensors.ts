import {DataFormatError} from './dataFormatError';
import {PickledName, PickledObject, type PickleValue} from './pickleBuildable';
import {type ElementType, elementSizes, type StoredTensor, shapeText} from './storedTensor';

/** PyTorch's names of the types whose values are read; others (complex, quantized) are left out. */
const types: Record<string, ElementType> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
  'torch.float64': 'F64',
  'torch.float32': 'F32',
  'torch.float16': 'F16',
  'torch.bfloat16': 'BF16',
  'torch.int64': 'I64',
  'torch.int32': 'I32',
  'torch.int16': 'I16',
  'torch.int8': 'I8',
  'torch.uint8': 'U8',
  'torch.uint16': 'U16',
  'torch.uint32': 'U32',
  'torch.uint64': 'U64',
  'torch.bool': 'BOOL',
  'torch.float8_e4m3fn': 'F8_E4M3',
  'torch.float8_e5m2': 'F8_E5M2',
};

/** The attributes of a module that hold what a state dict names without them. */
const moduleAttributes = new Set(['_parameters', '_buffers', '_modules']);

/** Deep enough for every network; names grow with each level. */
const deepest = 64;

/** Where the values of storages lie, by their key. */
export type TorchStorages = (key: string) => Uint8Array | undefined;

/** What a pickle says of a storage: `('storage', type, key, location, count, view)`. */
function storageOf(
  value: PickleValue | undefined,
): {type: string; key: string; view: PickleValue} | undefined {
  if (!(value instanceof PickledObject && value.type === 'persistent')) return undefined;
  const [id] = value.values;
  if (!Array.isArray(id) || !(id[1] instanceof PickledName) || typeof id[2] !== 'string') return undefined;
  return {type: id[1].name, key: id[2], view: id[5] ?? null};
}

/** A key as text. Lists can hold one another twice: as text they would take ages. */
const nameOf = (key: PickleValue) => (typeof key === 'string' || typeof key === 'number' ? String(key) : '?');

/** What a value holds, with the names under which it holds it. */
function partsOf(value: PickleValue): [name: string, part: PickleValue][] {
  if (value instanceof Map) return [...value].map(([key, part]) => [nameOf(key), part]);
  if (Array.isArray(value)) return value.map((part, i) => [String(i), part]);
  if (!(value instanceof PickledObject)) return [];
  return [
    ...partsOf(value.values),
    ...partsOf(value.entries),
    ...(value.state instanceof Map || Array.isArray(value.state) ? partsOf(value.state) : []),
  ];
}

/** Every value within one, each once: lists may hold one another twice. */
function* everyValue(root: PickleValue): Generator<PickleValue> {
  const seen = new Set<PickleValue>([root]);
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    yield value;
    for (const [, part] of partsOf(value)) {
      if (typeof part === 'object' && part !== null && !seen.has(part)) {
        seen.add(part);
        open.push(part);
      }
    }
  }
}

/** The bytes of an element of each storage that a value refers to. */
export function storageSizes(root: PickleValue): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const value of everyValue(root)) {
    const storage = storageOf(value);
    if (storage !== undefined) sizes.set(storage.key, sizeOf(storage.type));
  }
  return sizes;
}

const complexSizes: Record<string, number> = {
  'torch.ComplexFloatStorage': 8,
  'torch.ComplexDoubleStorage': 16,
};

const sizeOf = (storage: string) => {
  const type = types[storage];
  return type === undefined ? (complexSizes[storage] ?? 1) : elementSizes[type];
};

/** What describes a tensor: PyTorch's arguments for making it again. */
interface Description {
  storage: PickleValue;
  offset: PickleValue;
  shape: PickleValue;
  strides: PickleValue;
  type?: PickleValue;
}

function descriptionOf(value: PickledObject): Description | undefined {
  const [storage, offset, shape, strides] = value.values;
  switch (value.type) {
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
      return {storage, offset, shape, strides};
    case 'torch._utils._rebuild_tensor_v3':
      return {storage, offset, shape, strides, type: value.values[6]};
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
      return storage instanceof PickledObject ? descriptionOf(storage) : undefined;
    case 'torch._tensor._rebuild_from_type_v2': {
      const [rebuild, , values] = value.values;
      const isCall = rebuild instanceof PickledName && Array.isArray(values);
      return isCall ? descriptionOf(new PickledObject(rebuild.name, values)) : undefined;
    }
    default:
      return undefined;
  }
}

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const areCounts = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.every(isCount);

/** Finds tensors in what a pickle holds. */
class TensorFinder {
  private readonly found = new Map<string, StoredTensor>();
  private readonly seen = new Set<PickleValue>();
  private copied = 0;

  constructor(
    private readonly file: string,
    /** The file's, which copies must not exceed together. */
    private readonly length: number,
    private readonly storages: TorchStorages,
  ) {}

  within(value: PickleValue, path: string[] = []): Map<string, StoredTensor> {
    if (typeof value !== 'object' || value === null) return this.found;
    const description = value instanceof PickledObject ? descriptionOf(value) : undefined;
    if (description !== undefined) {
      const tensor = this.tensor(description, path.join('.'));
      if (tensor !== undefined) this.found.set(path.join('.'), tensor);
      return this.found;
    }
    // Lists that hold one another twice would take ages.
    if (this.seen.has(value) || path.length > deepest) return this.found;
    this.seen.add(value);
    for (const [name, part] of partsOf(value)) {
      this.within(part, moduleAttributes.has(name) ? path : [...path, name]);
    }
    return this.found;
  }

  private damaged(name: string, what: string): DataFormatError {
    return new DataFormatError(this.file, `is damaged: tensor ${name} ${what}.`);
  }

  /** The values of a tensor; nothing where they are of a type that has no name here. */
  private tensor(
    {storage, offset, shape, strides, type: own}: Description,
    name: string,
  ): StoredTensor | undefined {
    const stored = storageOf(storage);
    if (
      stored === undefined ||
      !isCount(offset) ||
      !areCounts(shape) ||
      !areCounts(strides) ||
      shape.length !== strides.length
    ) {
      throw this.damaged(name, 'is described wrongly');
    }
    const type = types[own instanceof PickledName ? own.name : stored.type];
    if (type === undefined) return undefined;
    const values = this.storages(stored.key);
    if (values === undefined)
      throw this.damaged(name, `refers to storage ${stored.key}, which is not in the file`);
    const size = elementSizes[type];
    const viewOffset = Array.isArray(stored.view) ? stored.view[1] : 0;
    if (!isCount(viewOffset)) throw this.damaged(name, 'is described wrongly');
    const first = offset + viewOffset;
    const count = shape.reduce((product, length) => product * length, 1);
    const last =
      count === 0 ? first : first + shape.reduce((sum, length, i) => sum + (length - 1) * strides[i], 0) + 1;
    if (!(last * size <= values.byteLength)) {
      throw this.damaged(
        name,
        `of shape ${shapeText(shape)} ends beyond its storage of ${values.byteLength} bytes`,
      );
    }
    if (isContiguous(shape, strides))
      return {type, shape, bytes: values.subarray(first * size, (first + count) * size)};
    // An expanded tensor can claim any size from one value.
    this.copied += count * size;
    if (!(this.copied <= this.length)) {
      throw this.damaged(name, `of shape ${shapeText(shape)} repeats values beyond the size of the file`);
    }
    return {type, shape, bytes: gathered(values, size, first, shape, strides)};
  }
}

function isContiguous(shape: number[], strides: number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i];
  }
  return true;
}

/** The elements in row-major order. */
function gathered(
  values: Uint8Array,
  size: number,
  first: number,
  shape: number[],
  strides: number[],
): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  const bytes = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  let from = first;
  for (let to = 0; to < count; to++) {
    bytes.set(values.subarray(from * size, (from + 1) * size), to * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return bytes;
}

/**
 * The tensors that an unpickled checkpoint of PyTorch describes, by their path.
 *
 * @param value What the pickle holds.
 * @param file What error messages call the file.
 * @param length The file's, in bytes: copies do not exceed it together.
 * @param storages Where the values lie.
 * @throws {@link index.DataFormatError} if a tensor is described wrongly, or its values are not there.
 */
export function torchTensors(
  value: PickleValue,
  file: string,
  length: number,
  storages: TorchStorages,
): Map<string, StoredTensor> {
  return new TensorFinder(file, length, storages).within(value);
}
