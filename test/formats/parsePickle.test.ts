import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parsePickle, parsePickledObjects} from '../../src/formats/parsePickle';
import {PickledName, PickledObject, type PickleValue} from '../../src/formats/pickleBuildable';

/** The bytes of a program: Latin-1. */
const program = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
const read = (text: string) => parsePickle(program(text), 'x');
const readObjects = (text: string) => parsePickledObjects(program(text), 'x').value;

/** Bytes as numbers, lists within lists too. */
const plain = (value: PickleValue): unknown => {
  if (value instanceof Uint8Array) return {bytes: [...value]};
  return Array.isArray(value) ? value.map(plain) : value;
};
const bytes = (text: string) => ({bytes: [...program(text)]});

/** Each instruction for data, and what Python's `pickle.loads` makes of it (in `encoding='bytes'`). */
const programs: [instruction: string, program: string, value: unknown][] = [
  ['NONE', 'N.', null],
  ['NEWTRUE', '\x88.', true],
  ['NEWFALSE', '\x89.', false],
  ['INT', 'I-12\n.', -12],
  ['INT of true', 'I01\n.', true],
  ['INT of false', 'I00\n.', false],
  ['BININT', 'J\xfe\xff\xff\xff.', -2],
  ['BININT, large', 'J\x01\x02\x03\x04.', 0x04030201],
  ['BININT1', 'K\xff.', 255],
  ['BININT2', 'M\x01\xff.', 0xff01],
  ['LONG', 'L123L\n.', 123],
  ['LONG without its letter', 'L-5\n.', -5],
  ['LONG1', '\x8a\x02\x00\xff.', -256],
  ['LONG1, of one byte', '\x8a\x01\x7f.', 127],
  ['LONG1, of no bytes', '\x8a\x00.', 0],
  ['LONG1, of eight bytes', '\x8a\x08\xff\xff\xff\xff\xff\xff\x0f\x00.', 2 ** 52 - 1],
  ['LONG4', '\x8b\x03\x00\x00\x00\x00\x00\x01.', 65536],
  ['FLOAT', 'F-2.5\n.', -2.5],
  ['BINFLOAT', 'G\x40\x09\x21\xfb\x54\x44\x2d\x18.', Math.PI],
  ['STRING', "S'a\\x00\\n\\t\\r\\\\\\'\\\"b'\n.", bytes('a\0\n\t\r\\\'"b')],
  ['STRING in double quotes', 'S"it\'s"\n.', bytes("it's")],
  ['STRING of nothing', "S''\n.", bytes('')],
  ['BINSTRING', 'T\x02\x00\x00\x00\xe9a.', bytes('\xe9a')],
  ['SHORT_BINSTRING', 'U\x02ab.', bytes('ab')],
  ['UNICODE', 'Va\\u20ac\\u00E9\xe9\n.', 'a€éé'],
  ['BINUNICODE', 'X\x03\x00\x00\x00\xe2\x82\xac.', '€'],
  ['SHORT_BINUNICODE', '\x8c\x03\xe2\x82\xac.', '€'],
  ['BINUNICODE8', '\x8d\x02\x00\x00\x00\x00\x00\x00\x00ab.', 'ab'],
  ['BINBYTES', 'B\x02\x00\x00\x00ab.', bytes('ab')],
  ['SHORT_BINBYTES', 'C\x02ab.', bytes('ab')],
  ['BINBYTES8', '\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.', bytes('ab')],
  ['BYTEARRAY8', '\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.', bytes('ab')],
  ['EMPTY_LIST', '].', []],
  ['APPEND', ']K\x01aK\x02a.', [1, 2]],
  ['APPENDS', '](K\x01K\x02K\x03e.', [1, 2, 3]],
  ['LIST', '(K\x01K\x02l.', [1, 2]],
  ['EMPTY_TUPLE', ').', []],
  ['TUPLE', '(K\x01K\x02K\x03K\x04t.', [1, 2, 3, 4]],
  ['TUPLE1', 'K\x09K\x01\x85.', [1]],
  ['TUPLE2', 'K\x01K\x02\x86.', [1, 2]],
  ['TUPLE3', 'K\x01K\x02K\x03\x87.', [1, 2, 3]],
  ['MARK within MARK', '(K\x01(K\x02K\x03tK\x04t.', [1, [2, 3], 4]],
  ['POP', 'K\x01K\x020.', 1],
  ['POP_MARK', 'K\x01(K\x02K\x031.', 1],
  ['DUP', 'K\x072\x86.', [7, 7]],
  ['PROTO and FRAME', '\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.', null],
  ['PUT and GET', 'K\x05p300\n0g300\n.', 5],
  ['BINPUT and BINGET', 'K\x05q\x090h\x09.', 5],
  ['LONG_BINPUT and LONG_BINGET', 'K\x05r\x00\x01\x00\x000j\x00\x01\x00\x00.', 5],
  ['MEMOIZE', 'K\x05\x94K\x06\x940h\x00h\x01\x86\x86.', [5, [5, 6]]],
];

describe('parsePickle', () => {
  it.each(programs)('follows %s', (_, text, value) => {
    expect(plain(read(text))).toEqual(value);
    expect(plain(readObjects(text))).toEqual(value);
  });

  it('reads nothing behind the end', () => {
    expect(parsePickledObjects(program('K\x01.K\x02.'), 'x')).toEqual({value: 1, end: 3});
    expect(read('K\x01.garbage')).toBe(1);
  });

  it('reads a view that does not begin with its buffer', () => {
    const whole = program('....M\x01\x02.');
    expect(parsePickle(whole.subarray(4), 'x')).toBe(0x0201);
  });

  it.each([
    ['stops with nothing', '.'],
    ['stops on a mark', '(.'],
    ['takes more than there is', 'K\x01\x86.'],
    ['takes a mark for a value', '(\x85.'],
    ['closes what it never opened', 'K\x01t.'],
    ['drops what is not there', '0N.'],
    ['appends to a number', 'K\x01K\x02a.'],
    ['appends to nothing', 'K\x02a.'],
    ['recalls what was never remembered', 'h\x00.'],
    ['remembers a mark', '(q\x00N.'],
    ['doubles nothing', '2.'],
    ['calls what is no function', 'K\x01)R.'],
    ['gives a number a state', 'K\x01)b.'],
    ['names with what is no text', 'K\x01K\x02\x93.'],
    ['makes an object of what is no class', 'K\x01)\x81.'],
  ])('refuses a program that %s', (_, text) => {
    expect(() => readObjects(text)).toThrow(DataFormatError);
    expect(() => readObjects(text)).toThrow('is damaged or not a pickle of data: the values before byte');
  });

  it.each([
    ['Ix\n.', "has 'x' in place of a number"],
    ['I \n.', "has ' ' in place of a number"],
    ['F\n.', "has '' in place of a number"],
    ['Sab\n.', "has 'ab' in place of a quoted string"],
    ["S'ab\n.", "has ''ab' in place of a quoted string"],
    ['Saba\n.', "has 'aba' in place of a quoted string"],
    ['S\'ab"\n.', "has ''ab\"' in place of a quoted string"],
    ["S'\n.", "has ''' in place of a quoted string"],
    // STACK_GLOBAL of lists: for the name, for the module, for both.
    ['\x8c\x05numpy]\x93.', 'the values before byte 9 do not fit its instruction'],
    [']\x8c\x05dtype\x93.', 'the values before byte 9 do not fit its instruction'],
    [']]\x93.', 'the values before byte 3 do not fit its instruction'],
    ['K', 'x is truncated: 1 bytes must follow byte 1 of 1'],
    ['X\x05\x00\x00\x00ab.', 'x is truncated: 5 bytes must follow byte 5 of 8'],
    ['I12', 'x is truncated: the line at byte 1 does not end'],
    ['\x8a\x09123456789.', 'has an integer of 9 bytes, more than any count needs'],
    ['\xff', 'is damaged or not a pickle: instruction 255 at byte 0 does not exist'],
    ['K\x01}.', 'has the instruction EMPTY_DICT at byte 2, which data does not need, and is refused'],
    ['cnumpy\nndarray\nK\x01R.', 'the values before byte 18 do not fit its instruction'],
    ['K\x01)R.', 'the values before byte 4 do not fit its instruction'],
    [`c${'m'.repeat(70)}\nf\n.`, `imports ${'m'.repeat(60)}….f, which is code and not data, and is refused`],
    [`c${'m'.repeat(60)}\nf\n.`, `imports ${'m'.repeat(60)}.f, which is code`],
  ])('says what is wrong with %j', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });
});

describe('parsePickledObjects', () => {
  const map = (...entries: [PickleValue, PickleValue][]) => new Map(entries);

  it.each<[string, string, PickleValue]>([
    ['EMPTY_DICT', '}.', map()],
    ['DICT', '(U\x01aK\x01U\x01bK\x02d.', map([program('a'), 1], [program('b'), 2])],
    ['SETITEM', '}\x8c\x01aK\x01s.', map(['a', 1])],
    ['SETITEMS', '}(\x8c\x01aK\x01\x8c\x01bK\x02u.', map(['a', 1], ['b', 2])],
    ['EMPTY_SET and ADDITEMS', '\x8f(K\x01K\x02\x90.', [1, 2]],
    ['FROZENSET', '(K\x01K\x02\x91.', [1, 2]],
    ['an ordered dictionary', 'ccollections\nOrderedDict\n)R(\x8c\x01aK\x01u.', map(['a', 1])],
    ['a dictionary with a state', 'ccollections\nOrderedDict\n)R}b.', map()],
  ])('follows %s', (_, text, value) => {
    expect(readObjects(text)).toEqual(value);
  });

  it('leaves names and objects what the file says of them', () => {
    expect(readObjects('cos\nsystem\n.')).toEqual(new PickledName('os.system'));
    expect(readObjects('\x8c\x02os\x8c\x06system\x93.')).toEqual(new PickledName('os.system'));
    expect(readObjects('cos\nsystem\n\x8c\x02ls\x85R.')).toEqual(new PickledObject('os.system', ['ls']));
    expect(readObjects('cm\nC\n)\x81.')).toEqual(new PickledObject('m.C', []));
    expect(readObjects('cm\nC\nK\x01\x85}\x92.')).toEqual(new PickledObject('m.C', [1]));
    expect(readObjects('Pkey\n.')).toEqual(new PickledObject('persistent', ['key']));
    expect(readObjects('K\x07Q.')).toEqual(new PickledObject('persistent', [7]));
  });

  it('keeps the state and the items of an object', () => {
    const object = readObjects('cm\nC\n)\x81(K\x01K\x02u}K\x03K\x04sb.') as PickledObject;
    expect(object.state).toEqual(map([3, 4]));
    expect(object.entries).toEqual(map([1, 2]));
    // A class that is a list: its items are of no use.
    expect(readObjects('cm\nC\n)\x81(K\x01K\x02e.')).toEqual(new PickledObject('m.C', []));
  });

  it.each([
    ['a key without a value', '}(K\x01u.'],
    ['items for a list', '](K\x01K\x02u.'],
    ['a dictionary of a key alone', '(K\x01d.'],
  ])('refuses %s', (_, text) => {
    expect(() => readObjects(text)).toThrow('do not fit its instruction');
  });

  it('counts lists and objects, of which data has few for its size', () => {
    expect(readObjects(`(${']'.repeat(60)}t.`)).toHaveLength(60);
    // 64, and one for every eight bytes.
    const most = 64 + Math.floor(130 / 8);
    expect(readObjects(`${']0'.repeat(64)}N.`)).toBeNull();
    expect(() => readObjects(`${']0'.repeat(most + 20)}N.`)).toThrow(
      /has more lists and objects than data of its size, over \d+/,
    );
    for (const make of [')0', '}0', '\x8f0', '(t0', '(l0', '(\x910', 'Pa\n0', 'NQ0', 'N\x850', 'ca\nb\n0']) {
      const length = 2 + make.length * 600;
      const allowed = 64 + Math.floor(length / 8);
      if (600 > allowed) expect(() => readObjects(`${make.repeat(600)}N.`)).toThrow('has more lists');
      else expect(readObjects(`${make.repeat(600)}N.`)).toBeNull();
    }
  });
});

describe('NumPy’s values', () => {
  const array = (type: string, shape: string, content: string, state = '') =>
    `cnumpy.core.numeric\n_frombuffer\n(C${String.fromCharCode(content.length)}${content}cnumpy\ndtype\nU${String.fromCharCode(type.length)}${type}\x85R${state}(${shape}ttR.`;
  const valuesOf = (text: string) => [
    ...(read(text) as {values: ArrayLike<unknown> & Iterable<unknown>}).values,
  ];

  it.each<[string, string, unknown[]]>([
    ['u1', '\x01\xff', [1, 255]],
    ['b1', '\x00\x02', [false, true]],
    ['i1', '\x01\xff', [1, -1]],
    ['<u2', '\x01\x80\x02\x00', [0x8001, 2]],
    ['<i2', '\x01\x80\x02\x00', [0x8001 - 65536, 2]],
    ['>u2', '\x01\x80\x02\x00', [0x0180, 0x0200]],
    ['<u4', '\x01\x00\x00\x80\x02\x00\x00\x00', [0x80000001, 2]],
    ['<i4', '\x01\x00\x00\x80\x02\x00\x00\x00', [0x80000001 - 2 ** 32, 2]],
    ['<u8', '\xff\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00', [255, 2]],
    ['<i8', '\xff\xff\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x00\x00\x00', [-1, 2]],
    ['<f4', '\x00\x00\xc0\x3f\x00\x00\x00\xc0', [1.5, -2]],
    ['>f8', '\x3f\xf8\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x00', [1.5, -2]],
    ['|u1', '\x01\x02', [1, 2]],
    ['=i2', '\x01\x00\x02\x00', [1, 2]],
  ])('of %s are read', (type, content, values) => {
    expect(valuesOf(array(type, 'K\x02', content))).toEqual(values);
  });

  it('take the order of bytes from the state of their type', () => {
    const state = (order: string) => `(K\x03U\x01${order}NNNtb`;
    expect(valuesOf(array('u2', 'K\x01', '\x01\x02', state('>')))).toEqual([0x0102]);
    expect(valuesOf(array('u2', 'K\x01', '\x01\x02', state('<')))).toEqual([0x0201]);
    expect(valuesOf(array('>u2', 'K\x01', '\x01\x02', state('|')))).toEqual([0x0201]);
    expect(valuesOf(array('u2', 'K\x01', '\x01\x02', '(K\x03\x8c\x01>NNNtb'))).toEqual([0x0102]);
    for (const wrong of [state('!'), '(K\x03K\x01NNNtb', 'Nb']) {
      expect(() => read(array('u2', 'K\x01', '\x01\x02', wrong))).toThrow(
        'has an invalid description of NumPy values',
      );
    }
  });

  it('have as many axes and values as their shape says', () => {
    expect(valuesOf(array('u1', 'K\x02K\x01K\x02', '\x01\x02\x03\x04'))).toEqual([1, 2, 3, 4]);
    expect(valuesOf(array('u1', '', '\x07'))).toEqual([7]);
    expect(valuesOf(array('u1', 'K\x00K\x05', ''))).toEqual([]);
    expect(valuesOf(array('u1', 'K\x01'.repeat(64), '\x07'))).toEqual([7]);
    expect(() => read(array('u1', 'K\x01'.repeat(65), '\x07'))).toThrow(
      'not a list of up to 64 whole numbers',
    );
    expect(() => read(array('u1', 'K\x03', '\x01\x02'))).toThrow(
      'has a NumPy array of 2 values, but its shape needs 3',
    );
    expect(() => read(array('u2', 'K\x01', '\x01\x02\x03'))).toThrow(
      'has 3 bytes of NumPy values of 2 bytes each',
    );
    expect(() => read(array('O8', 'K\x01', '\x01\x02'))).toThrow(
      "has NumPy values of the type 'O8', which are neither",
    );
    expect(() => read(array(`O${'8'.repeat(30)}`, 'K\x01', ''))).toThrow(`type 'O${'8'.repeat(19)}', which`);
  });

  it('come as scalars and by the state of an array', () => {
    const type = (name: string) => `cnumpy\ndtype\nU\x02${name}\x85R`;
    const scalar = (name: string, content: string) =>
      `cnumpy.core.multiarray\nscalar\n(${type(name)}C${String.fromCharCode(content.length)}${content}tR.`;
    expect(read(scalar('b1', '\x01'))).toBe(true);
    expect(read(scalar('i2', '\xff\xff'))).toBe(-1);
    expect(read(scalar('u1', '\x09').replace('core', '_core'))).toBe(9);
    expect(() => read(scalar('u1', '\x01\x02'))).toThrow('has a NumPy scalar of 2 bytes');
    expect(() => read('cnumpy.core.multiarray\nscalar\n(K\x01C\x01atR.')).toThrow(
      'has a NumPy scalar that is not a number',
    );
    expect(() => read(`cnumpy.core.multiarray\nscalar\n(${type('u1')}K\x01tR.`)).toThrow(
      'that is not a number',
    );
    const made = 'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR';
    expect(valuesOf(`${made}(K\x01K\x02\x85${type('u1')}\x89C\x02\x05\x06tb.`)).toEqual([5, 6]);
    for (const state of [`(K\x01K\x02\x85${type('u1')}\x89tb`, 'Nb']) {
      expect(() => read(`${made}${state}.`)).toThrow('has a NumPy array without its state');
    }
    for (const [shape, of, content] of [
      ['K\x02\x85', 'N', 'C\x02ab'],
      ['K\x02\x85', type('u1'), 'N'],
      ['K\x02', type('u1'), 'C\x02ab'],
    ]) {
      expect(() => read(`${made}(K\x01${shape}${of}\x89${content}tb.`)).toThrow(
        'neither numbers nor booleans',
      );
    }
    expect(() => read('cnumpy\ndtype\nK\x01\x85R.')).toThrow('of a type whose name is not text');
  });

  it('and Python’s bytes of protocols without them', () => {
    const encode = (value: string, encoding: string) =>
      `c_codecs\nencode\n(${value}\x8c${String.fromCharCode(encoding.length)}${encoding}tR.`;
    expect(plain(read(encode('\x8c\x02\xc3\xa9', 'latin1')))).toEqual(bytes('\xe9'));
    expect(plain(read(encode('\x8c\x01a', 'latin-1')))).toEqual(bytes('a'));
    for (const [value, encoding] of [
      ['\x8c\x01a', 'utf8'],
      ['\x8c\x01a', 'xlatin1'],
      ['\x8c\x01a', 'latin15'],
      ['K\x01', 'latin1'],
    ]) {
      expect(() => read(encode(value, encoding))).toThrow('has bytes in an unknown encoding');
    }
    for (const name of [
      '__builtin__\nbytes',
      'builtins\nbytes',
      '__builtin__\nbytearray',
      'builtins\nbytearray',
    ]) {
      expect(plain(read(`c${name}\n)R.`))).toEqual(bytes(''));
      expect(plain(read(`c${name}\nC\x02ab\x85R.`))).toEqual(bytes('ab'));
      expect(plain(read(`c${name}\n\x8c\x01a\x8c\x06latin1\x86R.`))).toEqual(bytes('a'));
    }
  });
});

describe('values that are built again and again', () => {
  it('may not outgrow the file, of which short ones are no part', () => {
    const remembered = `c_codecs\nencode\nq\x010\x8c\x10${'a'.repeat(16)}q\x000`;
    const again = 'h\x01h\x00\x8c\x06latin1\x86R0';
    expect(read(`${remembered}${again.repeat(50)}N.`)).toBeNull();
    const longer = `c_codecs\nencode\nq\x010\x8c\x11${'a'.repeat(17)}q\x000`;
    expect(read(`${longer}${again}N.`)).toBeNull();
    expect(() => read(`${longer}${again.repeat(50)}N.`)).toThrow('builds more values than it has');
    expect(() => read(`cnumpy\nndarray\n(${'K\x01'.repeat(17)}tR.`)).toThrow(
      'builds a value from 17 arguments',
    );
    expect(() => read(`cnumpy\nndarray\n(${'K\x01'.repeat(16)}tR.`)).not.toThrow();
  });
});
