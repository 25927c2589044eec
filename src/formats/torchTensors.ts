import {DataFormatError} from './dataFormatError';
import {PickledName, PickledObject, type PickleValue} from './pickleBuildable';
import {elementSizes, type StoredTensor, shapeText} from './storedTensor';
import {torchElementSize, torchElementTypes} from './torchElementTypes';
import {unreadableTensor} from './unreadableTensor';

/** The attributes of a module that hold what a state dict names without them. */
const moduleAttributes = new Set(['_parameters', '_buffers', '_modules']);

/** Deep enough for every network. Each of its modules is an object, with a state, with a list of modules. */
const deepest = 256;

/** A parameter of a subclass of tensors is three. */
const mostWrappers = 4;

/** PyTorch itself has no more axes in most of its operations. */
const mostAxes = 64;

/** What a tensor takes in the file beside its name and its values, at the least. */
const leastOfTensor = 64;

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

/** What a value holds, with the names under which it holds it; nothing for the parts of an object, whose items are named alone. */
function partsOf(value: PickleValue): [name: string | undefined, part: PickleValue][] {
  if (value instanceof Map) return [...value].map(([key, part]) => [nameOf(key), part]);
  if (Array.isArray(value)) return value.map((part, i) => [String(i), part]);
  if (!(value instanceof PickledObject)) return [];
  const {values, entries, state} = value;
  // A state that is an object is not searched: a chain of them could be as deep as the file is long.
  return [values, entries, state]
    .filter(part => part instanceof Map || Array.isArray(part))
    .map(part => [undefined, part]);
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
    if (storage !== undefined) sizes.set(storage.key, torchElementSize(storage.type));
  }
  return sizes;
}

/** What describes a tensor: PyTorch's arguments for making it again. */
interface Description {
  storage: PickleValue;
  offset: PickleValue;
  shape: PickleValue;
  strides: PickleValue;
  type?: PickleValue;
}

function descriptionOf(value: PickledObject, wrappers = 0): Description | undefined {
  // A file can wrap a tensor as often as it likes.
  if (wrappers > mostWrappers) return undefined;
  const [storage, offset, shape, strides] = value.values;
  switch (value.type) {
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
      return {storage, offset, shape, strides};
    case 'torch._utils._rebuild_tensor_v3':
      return {storage, offset, shape, strides, type: value.values[6]};
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
      return storage instanceof PickledObject ? descriptionOf(storage, wrappers + 1) : undefined;
    case 'torch._tensor._rebuild_from_type_v2': {
      const [rebuild, , values] = value.values;
      const isCall = rebuild instanceof PickledName && Array.isArray(values);
      return isCall ? descriptionOf(new PickledObject(rebuild.name, values), wrappers + 1) : undefined;
    }
    default:
      return undefined;
  }
}

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const areCounts = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.length <= mostAxes && value.every(isCount);

/** What a checkpoint holds, by its path. */
export interface TorchTensors {
  tensors: Map<string, StoredTensor>;
  /** What is there and cannot be read, and what makes it again: {@link unreadableTensor} says why. */
  unreadable: Map<string, string>;
}

/** Finds tensors in what a pickle holds. */
class TensorFinder {
  readonly found: TorchTensors = {tensors: new Map(), unreadable: new Map()};
  private readonly seen = new Set<PickleValue>();
  private copied = 0;
  private named = 0;
  private unread = 0;

  constructor(
    private readonly file: string,
    /** The file's, which copies must not exceed together. */
    private readonly length: number,
    private readonly storages: TorchStorages,
  ) {}

  within(value: PickleValue, path: string[] = [], depth = 0): void {
    if (typeof value !== 'object' || value === null) return;
    const description = value instanceof PickledObject ? descriptionOf(value) : undefined;
    if (description !== undefined) {
      const name = this.nameAt(path);
      const tensor = this.tensor(description, name);
      if (tensor !== undefined) this.found.tensors.set(name, tensor);
      return;
    }
    // Lists that hold one another twice would take ages.
    if (this.seen.has(value) || depth > deepest) return;
    this.seen.add(value);
    if (value instanceof PickledObject && this.isUnreadable(value, path)) return;
    for (const [name, part] of partsOf(value)) {
      const below = name === undefined || moduleAttributes.has(name) ? path : [...path, name];
      this.within(part, below, depth + 1);
    }
  }

  /** Whether an object is of a kind that cannot be read; keeps its name, unless the names together outgrow the file. */
  private isUnreadable({type}: PickledObject, path: string[]): boolean {
    if (unreadableTensor(type, '') === undefined) return false;
    const name = path.join('.');
    this.unread += name.length + leastOfTensor;
    if (this.unread <= this.length) this.found.unreadable.set(name, type);
    return true;
  }

  /** A key or a tensor can be recalled any number of times; the names must not outgrow the file. */
  private nameAt(path: string[]): string {
    this.named += path.reduce((length, {length: own}) => length + own + 1, leastOfTensor);
    if (this.named > this.length) {
      throw new DataFormatError(this.file, 'is damaged: the names of its tensors are longer than itself.');
    }
    return path.join('.');
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
    const type = torchElementTypes[own instanceof PickledName ? own.name : stored.type];
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
): TorchTensors {
  const finder = new TensorFinder(file, length, storages);
  finder.within(value);
  return finder.found;
}
