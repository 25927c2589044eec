import {DataFormatError} from './dataFormatError';
import {latin1} from './latin1';
import {
  NumpyArray,
  NumpyType,
  PickledName,
  PickledObject,
  type PickleValue,
  pickleBuildable,
} from './pickleBuildable';

/**
 * Reads a Python pickle of data, protocols 0 to 5: lists, tuples, bytes, strings, booleans, numbers, `None`, and NumPy's scalars
 * and arrays of numbers.
 *
 * A pickle is a program for a machine that can call anything. This reader knows the few names of Python's bytes and NumPy's arrays, and
 * builds their values itself. It imports nothing, calls nothing, and refuses every other name. It allocates by the file's content, not by
 * its claims.
 *
 * @param bytes The whole file.
 * @param name The name of the file in messages.
 * @throws {@link DataFormatError} if the file names anything but data, is damaged, or is not a pickle.
 */
export function parsePickle(bytes: Uint8Array, name: string): PickleValue {
  return new Machine(bytes, name, false).run(operations);
}

/**
 * Reads a Python pickle that holds objects and dictionaries too, such as a checkpoint of PyTorch.
 *
 * Nothing is imported, called or built. An object stays what the file gives: the name of its class, arguments, state
 * ({@link PickledObject}). A dictionary becomes a `Map`.
 *
 * @param bytes The file, from the pickle on.
 * @param name The name of the file in messages.
 * @returns The value, and the byte at which the pickle ends: a file may hold several, one after another.
 * @throws {@link DataFormatError} if the file is damaged or not a pickle.
 */
export function parsePickledObjects(bytes: Uint8Array, name: string): {value: PickleValue; end: number} {
  const machine = new Machine(bytes, name, true);
  const value = machine.run(objectOperations);
  return {value, end: machine.position};
}

/** An item of the machine's stack: a value, or the mark that opens a list of arguments. */
type Item = PickleValue | typeof mark;

const mark = Symbol('mark');

/** Wide enough for every count: a verification set has no wider number. */
const longestInteger = 8;

/** Names of types and encodings, and numbers, are recalled for every value; their sizes are not counted. */
const smallArgument = 16;

/** The longest argument list of data is NumPy's description of a type, with nine. */
const mostArguments = 16;

class Machine {
  private readonly view: DataView;
  private at = 0;
  private built = 0;
  private readonly stack: Item[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private containers = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    private readonly keepsObjects: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.at;
  }

  run(known: Operations): PickleValue {
    for (;;) {
      const place = this.at;
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

  wrong(problem: string): DataFormatError {
    return new DataFormatError(this.file, `${problem}.`);
  }

  take(length: number): Uint8Array {
    if (!(length <= this.bytes.length - this.at)) {
      throw this.wrong(`is truncated: ${length} bytes must follow byte ${this.at} of ${this.bytes.length}`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    this.take(2);
    return this.view.getUint16(this.at - 2, true);
  }

  uint32(): number {
    this.take(4);
    return this.view.getUint32(this.at - 4, true);
  }

  int32(): number {
    return this.uint32() | 0;
  }

  uint64(): number {
    this.take(8);
    return Number(this.view.getBigUint64(this.at - 8, true));
  }

  float64(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  /** Little-endian two's complement. */
  integer(length: number): number {
    if (length > longestInteger)
      throw this.wrong(`has an integer of ${length} bytes, more than any count needs`);
    const own = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(own[i]);
    return Number(length === 0 ? 0n : BigInt.asIntN(8 * length, value));
  }

  line(): string {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    if (end < 0) throw this.wrong(`is truncated: the line at byte ${this.at} does not end`);
    const text = latin1(this.take(end - this.at));
    this.at++;
    return text;
  }

  number(text: string): number {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value))
      throw this.wrong(`has '${short(text)}' in place of a number`);
    return value;
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

  /** Counts a new list, dictionary or object: an empty one takes far more memory than its byte in the file. */
  contain<T extends PickleValue>(container: T): T {
    if (this.keepsObjects && ++this.containers > fewContainers + this.bytes.length / bytesOfContainer) {
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
    this.memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.damaged();
    this.push(value);
  }

  global(module: PickleValue, name: PickleValue): void {
    // Lists that contain one another twice would take very long as text.
    if (typeof module !== 'string' || typeof name !== 'string') throw this.damaged();
    if (this.keepsObjects) {
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
    this.push(this.guarded(() => builder(values)));
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
      const size = value instanceof Uint8Array || typeof value === 'string' ? value.length : 0;
      if (size > smallArgument) this.built += size;
    }
    if (this.built > this.bytes.length) {
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
      `is damaged or not a pickle of data: the values before byte ${this.at} do not fit its instruction`,
    );
  }
}

/** Data has a list or an object for a dozen bytes at most. */
const bytesOfContainer = 8;
const fewContainers = 64;

const NEWLINE = 0x0a;
const STOP = 0x2e;

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A string of protocol 0, Python 2's bytes: `'a\x00\n'`. */
function quoted(machine: Machine): Uint8Array {
  const text = machine.line().trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) {
    throw machine.wrong(`has '${short(text)}' in place of a quoted string`);
  }
  const plain: Record<string, string> = {n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"'};
  const inside = text.slice(1, -1).replace(/\\(x[0-9a-f]{2}|.)/gi, (whole, escaped: string) => {
    if (escaped.length > 1) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return plain[escaped] ?? whole;
  });
  return Uint8Array.from(inside, character => character.charCodeAt(0));
}

/** Unicode of protocol 0: Latin-1, with `\uXXXX` for the rest. */
const rawUnicode = (text: string) =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

type Operations = Record<number, (machine: Machine) => void>;

/** The instructions that data needs, with Python's names (`pickletools`). */
const operations: Operations = {
  40: m => m.push(mark), // MARK
  48: m => m.discard(), // POP
  49: m => m.sinceMark(), // POP_MARK
  50: m => m.push(m.top()), // DUP
  128: m => m.take(1), // PROTO
  149: m => m.take(8), // FRAME
  78: m => m.push(null), // NONE
  136: m => m.push(true), // NEWTRUE
  137: m => m.push(false), // NEWFALSE
  73: m => {
    // INT, which also writes booleans
    const text = m.line();
    m.push(text === '01' ? true : text === '00' ? false : m.number(text));
  },
  74: m => m.push(m.int32()), // BININT
  75: m => m.push(m.byte()), // BININT1
  77: m => m.push(m.uint16()), // BININT2
  76: m => m.push(m.number(m.line().replace(/L$/, ''))), // LONG
  138: m => m.push(m.integer(m.byte())), // LONG1
  139: m => m.push(m.integer(m.uint32())), // LONG4
  70: m => m.push(m.number(m.line())), // FLOAT
  71: m => m.push(m.float64()), // BINFLOAT
  83: m => m.push(quoted(m)), // STRING: bytes of Python 2
  84: m => m.push(m.take(m.uint32())), // BINSTRING
  85: m => m.push(m.take(m.byte())), // SHORT_BINSTRING
  86: m => m.push(rawUnicode(m.line())), // UNICODE
  88: m => m.push(utf8(m.take(m.uint32()))), // BINUNICODE
  140: m => m.push(utf8(m.take(m.byte()))), // SHORT_BINUNICODE
  141: m => m.push(utf8(m.take(m.uint64()))), // BINUNICODE8
  66: m => m.push(m.take(m.uint32())), // BINBYTES
  67: m => m.push(m.take(m.byte())), // SHORT_BINBYTES
  142: m => m.push(m.take(m.uint64())), // BINBYTES8
  150: m => m.push(m.take(m.uint64())), // BYTEARRAY8
  93: m => m.push(m.contain([])), // EMPTY_LIST
  97: m => m.append([m.pop()]), // APPEND
  101: m => m.append(m.sinceMark()), // APPENDS
  108: m => m.push(m.contain(m.sinceMark())), // LIST
  41: m => m.push(m.contain([])), // EMPTY_TUPLE
  116: m => m.push(m.contain(m.sinceMark())), // TUPLE
  133: m => m.tuple(1), // TUPLE1
  134: m => m.tuple(2), // TUPLE2
  135: m => m.tuple(3), // TUPLE3
  112: m => m.remember(m.number(m.line())), // PUT
  113: m => m.remember(m.byte()), // BINPUT
  114: m => m.remember(m.uint32()), // LONG_BINPUT
  148: m => m.rememberNext(), // MEMOIZE
  103: m => m.recall(m.number(m.line())), // GET
  104: m => m.recall(m.byte()), // BINGET
  106: m => m.recall(m.uint32()), // LONG_BINGET
  99: m => m.global(m.line(), m.line()), // GLOBAL
  147: m => {
    // STACK_GLOBAL
    const name = m.pop();
    m.global(m.pop(), name);
  },
  82: m => m.reduce(), // REDUCE
  98: m => m.build(), // BUILD
};

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

/** The same, and the instructions for dictionaries, objects and external data. */
const objectOperations: Operations = {
  ...operations,
  125: m => m.push(m.contain(new Map())), // EMPTY_DICT
  100: m => {
    // DICT
    const items = m.sinceMark();
    m.push(m.contain(new Map()));
    m.setItems(items);
  },
  115: m => {
    // SETITEM
    const value = m.pop();
    m.setItems([m.pop(), value]);
  },
  117: m => m.setItems(m.sinceMark()), // SETITEMS
  143: m => m.push(m.contain([])), // EMPTY_SET
  144: m => m.append(m.sinceMark()), // ADDITEMS
  145: m => m.push(m.contain(m.sinceMark())), // FROZENSET
  80: m => m.push(m.contain(new PickledObject('persistent', [m.line()]))), // PERSID
  81: m => m.push(m.contain(new PickledObject('persistent', [m.pop()]))), // BINPERSID
  129: m => m.newObject(m.pop()), // NEWOBJ
  146: m => {
    // NEWOBJ_EX
    m.pop();
    m.newObject(m.pop());
  },
};

/** Instructions for objects, dictionaries and external data, by the name in the error. */
const refused: Record<number, string> = {
  80: 'PERSID',
  81: 'BINPERSID',
  105: 'INST',
  111: 'OBJ',
  129: 'NEWOBJ',
  146: 'NEWOBJ_EX',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  100: 'DICT',
  125: 'EMPTY_DICT',
  115: 'SETITEM',
  117: 'SETITEMS',
  143: 'EMPTY_SET',
  144: 'ADDITEMS',
  145: 'FROZENSET',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
};
