import {PickledObject, type PickleValue} from './pickleBuildable';
import {mark, PickleMachine, type PickleOperations} from './pickleMachine';
import {short} from './pickleReader';

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
 * @throws {@link index.DataFormatError} if the file names anything but data, is damaged, or is not a pickle.
 */
export function parsePickle(bytes: Uint8Array, name: string): PickleValue {
  return new PickleMachine(bytes, name, false).run(operations, refused);
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
 * @throws {@link index.DataFormatError} if the file is damaged or not a pickle.
 */
export function parsePickledObjects(bytes: Uint8Array, name: string): {value: PickleValue; end: number} {
  const machine = new PickleMachine(bytes, name, true);
  const value = machine.run(objectOperations, {});
  return {value, end: machine.position};
}

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A string of protocol 0, Python 2's bytes: `'a\x00\n'`. */
function quoted(machine: PickleMachine): Uint8Array {
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

/** The instructions that data needs, with Python's names (`pickletools`). */
const operations: PickleOperations = {
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
  83: m => m.push(m.contain(quoted(m))), // STRING: bytes of Python 2
  84: m => m.push(m.contain(m.take(m.uint32()))), // BINSTRING
  85: m => m.push(m.contain(m.take(m.byte()))), // SHORT_BINSTRING
  86: m => m.push(rawUnicode(m.line())), // UNICODE
  88: m => m.push(utf8(m.take(m.uint32()))), // BINUNICODE
  140: m => m.push(utf8(m.take(m.byte()))), // SHORT_BINUNICODE
  141: m => m.push(utf8(m.take(m.uint64()))), // BINUNICODE8
  66: m => m.push(m.contain(m.take(m.uint32()))), // BINBYTES
  67: m => m.push(m.contain(m.take(m.byte()))), // SHORT_BINBYTES
  142: m => m.push(m.contain(m.take(m.uint64()))), // BINBYTES8
  150: m => m.push(m.contain(m.take(m.uint64()))), // BYTEARRAY8
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

/** The same, and the instructions for dictionaries, objects and external data. */
const objectOperations: PickleOperations = {
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
