import type {DataFormatError} from './dataFormatError';
import {
  NumpyArray,
  NumpyType,
  PickledName,
  PickledObject,
  type PickleValue,
  pickleBuildable,
} from './pickleBuildable';
import {PickleReader, short} from './pickleReader';

/** What each instruction does, by its code. */
export type PickleOperations = Record<number, (machine: PickleMachine) => void>;

/** An item of the machine's stack: a value, or the mark that opens a list of arguments. */
type Item = PickleValue | typeof mark;

/** Opens a list of arguments on the stack. */
export const mark = Symbol('mark');

/** Names of types and encodings, and numbers, are recalled for every value; their sizes are not counted. */
const smallArgument = 16;

/** The longest argument list of data is NumPy's description of a type, with nine. */
const mostArguments = 16;

/** Data has a list, an array or an object for a dozen bytes at most. */
const bytesOfContainer = 8;
const fewContainers = 64;

/** The longest name of a class; a file can recall the parts of a name any number of times. */
const longestName = 1024;

const STOP = 0x2e;

/** The machine that a pickle is a program for: a stack and a memory, beside the bytes. `parsePickle.ts` has its instructions. */
export class PickleMachine extends PickleReader {
  private built = 0;
  private readonly stack: Item[] = [];
  /** An array: an entry of a `Map` takes fifty times the byte of the instruction that makes it. */
  private readonly memo: PickleValue[] = [];
  private memoized = 0;
  private containers = 0;
  /** Bytes that were counted when they were made of text, and not yet used. */
  private readonly counted = new Set<PickleValue>();

  constructor(
    bytes: Uint8Array,
    file: string,
    private readonly keepsObjects: boolean,
  ) {
    super(bytes, file);
  }

  run(known: PickleOperations, refused: Record<number, string>): PickleValue {
    for (;;) {
      const place = this.position;
      const code = this.byte();
      if (code === STOP) return this.pop();
      const run = known[code];
      if (run === undefined) {
        throw this.wrong(
          code in refused
            ? `has the instruction ${refused[code]} at byte ${place}, which data does not need, and is refused`
            : `is damaged or not a pickle: instruction ${code} at byte ${place} does not exist`,
        );
      }
      run(this);
    }
  }

  push(item: Item): void {
    this.stack.push(item);
  }

  pop(): PickleValue {
    const item = this.stack.pop();
    if (item === undefined || item === mark) throw this.damaged();
    return item;
  }

  top(): PickleValue {
    const item = this.stack[this.stack.length - 1];
    if (item === undefined || item === mark) throw this.damaged();
    return item;
  }

  /** Counts a new list, array, dictionary or object: an empty one takes far more memory than its byte in the file. */
  contain<T extends PickleValue>(container: T): T {
    if (++this.containers > fewContainers + this.size / bytesOfContainer) {
      throw this.wrong(`has more lists and objects than data of its size, over ${this.containers - 1}`);
    }
    return container;
  }

  /** Takes the items above the last mark, and the mark. */
  sinceMark(): PickleValue[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) throw this.damaged();
    const items = this.stack.splice(at) as PickleValue[];
    items.shift();
    return items;
  }

  discard(): void {
    if (this.stack.pop() === undefined) throw this.damaged();
  }

  tuple(length: number): void {
    const items = Array.from({length}, () => this.pop());
    this.push(this.contain(items.reverse()));
  }

  append(items: PickleValue[]): void {
    const list = this.top();
    // A class may be a list too; nothing here needs its items.
    if (list instanceof PickledObject) return;
    if (!Array.isArray(list)) throw this.damaged();
    for (const item of items) list.push(item);
  }

  setItems(items: PickleValue[]): void {
    const target = this.top();
    if (target instanceof PickledObject) target.entries ??= new Map();
    const entries = target instanceof PickledObject ? target.entries : target;
    if (!(entries instanceof Map) || items.length % 2 !== 0) throw this.damaged();
    for (let i = 0; i < items.length; i += 2) entries.set(items[i], items[i + 1]);
  }

  newObject(values: PickleValue): void {
    const type = this.pop();
    if (!(type instanceof PickledName)) throw this.damaged();
    this.push(this.contain(objectOf(type.name, Array.isArray(values) ? values : [values])));
  }

  remember(index: number): void {
    if (!(Number.isInteger(index) && index >= 0)) throw this.damaged();
    if (this.memo[index] === undefined) this.memoized++;
    this.memo[index] = this.top();
  }

  rememberNext(): void {
    this.remember(this.memoized);
  }

  recall(index: number): void {
    const value = this.memo[index];
    if (value === undefined) throw this.damaged();
    this.push(value);
  }

  global(module: PickleValue, name: PickleValue): void {
    // Lists that contain one another twice would take very long as text.
    if (typeof module !== 'string' || typeof name !== 'string') throw this.damaged();
    if (this.keepsObjects) {
      if (module.length + name.length > longestName) {
        throw this.wrong(`is damaged: it names a class by ${module.length + name.length} letters`);
      }
      this.push(this.contain(new PickledName(`${module}.${name}`)));
      return;
    }
    const known = pickleBuildable(`${module}.${name}`);
    if (known === undefined) {
      throw this.wrong(`imports ${short(module)}.${short(name)}, which is code and not data, and is refused`);
    }
    this.push(known);
  }

  reduce(): void {
    const values = this.pop();
    if (this.keepsObjects) {
      this.newObject(values);
      return;
    }
    const builder = this.pop();
    if (typeof builder !== 'function' || !Array.isArray(values)) throw this.damaged();
    this.spend(values);
    const built = this.guarded(() => builder(values));
    if (built instanceof Uint8Array && built.length > smallArgument) this.counted.add(built);
    this.push(typeof built === 'object' ? this.contain(built) : built);
  }

  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickledObject) {
      target.state = state;
      return;
    }
    // The state of a dictionary is PyTorch's note of versions.
    if (target instanceof Map) return;
    if (!(target instanceof NumpyArray || target instanceof NumpyType)) throw this.damaged();
    if (Array.isArray(state)) this.spend(state);
    this.guarded(() => target.setState(state));
  }

  /** Arguments can be recalled any number of times; the values built from them must not outgrow the file. */
  private spend(values: PickleValue[]): void {
    if (values.length > mostArguments) {
      throw this.wrong(`builds a value from ${values.length} arguments, more than any data needs`);
    }
    for (const value of values) {
      // Text of Python 3's protocols 0 to 2 becomes bytes, and those an array: what was counted as text is free once.
      if (this.counted.delete(value)) continue;
      const size = value instanceof Uint8Array || typeof value === 'string' ? value.length : 0;
      if (size > smallArgument) this.built += size;
    }
    if (this.built > this.size) {
      throw this.wrong('builds more values than it has, repeatedly from the same bytes');
    }
  }

  private guarded<T>(build: () => T): T {
    try {
      return build();
    } catch (error) {
      throw this.wrong(error instanceof Error ? error.message : String(error));
    }
  }

  private damaged(): DataFormatError {
    return this.wrong(
      `is damaged or not a pickle of data: the values before byte ${this.position} do not fit its instruction`,
    );
  }
}

/** A dictionary where the class is one, else an object as the file describes it. */
function objectOf(type: string, values: PickleValue[]): PickleValue {
  return dictionaries.has(type) ? new Map() : new PickledObject(type, values);
}

const dictionaries = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'builtins.dict',
  '__builtin__.dict',
]);
