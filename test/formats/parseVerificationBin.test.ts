import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parsePickle} from '../../src/formats/parsePickle';
import {parseVerificationBin} from '../../src/formats/parseVerificationBin';

const fixture: {
  images: string[];
  same: boolean[];
  sets: Record<string, string>;
  large: string[];
  largeSets: Record<string, string>;
  refused: Record<string, string>;
} = JSON.parse(readFileSync(new URL('../fixtures/data/pickles.json', import.meta.url), 'utf8'));
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** Instructions: text as Latin-1, and single bytes. */
const pickle = (...codes: (number | string)[]) =>
  new Uint8Array(
    Buffer.from(
      codes.map(code => (typeof code === 'number' ? String.fromCharCode(code) : code)).join(''),
      'latin1',
    ),
  );

describe('parseVerificationBin', () => {
  it.each(Object.entries(fixture.sets))('reads %s', (name, base64) => {
    const {pairs, images} = parseVerificationBin(bytes(base64), name, {folds: 2});
    expect(images.map(image => Buffer.from(image).toString('base64'))).toEqual(fixture.images);
    expect(pairs).toEqual([
      {a: 0, b: 1, same: true, fold: 0},
      {a: 2, b: 3, same: false, fold: 1},
    ]);
  });

  it.each(Object.entries(fixture.largeSets))(
    'reads images that are nearly the whole file: %s',
    (name, base64) => {
      const {images} = parseVerificationBin(bytes(base64), name, {folds: 1});
      const distinct = new Set(images.map(image => Buffer.from(image).toString('base64')));
      expect([...distinct]).toEqual(fixture.large.slice(0, distinct.size));
    },
  );

  it.each(Object.entries(fixture.refused))('refuses %s', (name, base64) => {
    expect(() => parseVerificationBin(bytes(base64), name)).toThrow(DataFormatError);
    expect(existsSync('/tmp/pwned')).toBe(false);
  });

  it('names what it will not import, and the instruction it will not follow', () => {
    const read = (name: string) => () => parsePickle(bytes(fixture.refused[name]), 'evil.bin');
    expect(read('os.system, protocol 4')).toThrow(
      'evil.bin imports posix.system, which is code and not data, and is refused.',
    );
    expect(read('os.system, protocol 0')).toThrow('imports posix.system');
    expect(read('eval, protocol 2')).toThrow('imports __builtin__.eval');
    expect(read('INST')).toThrow('evil.bin has the instruction INST at byte 21, which data does not need');
    expect(read('persistent id')).toThrow('PERSID');
    expect(read('extension')).toThrow('EXT1');
    expect(read('dictionary')).toThrow('EMPTY_DICT');
  });

  it('keeps images as views of the file', () => {
    const file = bytes(fixture.sets['bytes, protocol 4']);
    expect(parseVerificationBin(file, 'x', {folds: 1}).images[0].buffer).toBe(file.buffer);
  });

  it('says what is wrong with a set that does not fit together', () => {
    const read = (file: Uint8Array) => () => parseVerificationBin(file, 'x.bin', {folds: 1});
    expect(read(pickle('](C', 1, 'aC', 1, 'be](', 0x88, 0x88, 'e', 0x86, '.'))).toThrow(
      'x.bin has 2 images for 2 pairs',
    );
    expect(read(pickle('](C', 1, 'aC', 1, 'be](K', 2, 'e', 0x86, '.'))).toThrow(
      'the answer for pair 0 is not a boolean',
    );
    expect(read(pickle('](K', 1, 'C', 1, 'be](', 0x88, 'e', 0x86, '.'))).toThrow('image 0 is not bytes');
    expect(read(pickle('].'))).toThrow('it must have a list of images and a list of booleans');
    expect(read(pickle('N', 'N', 0x86, '.'))).toThrow('its images are not a list');
    expect(read(pickle('](C', 1, 'aC', 1, 'be](', 0x88, 'e', 0x86))).toThrow(
      'x.bin is truncated: 1 bytes must follow',
    );
    expect(read(new Uint8Array([0xff, 0xd8]))).toThrow('x.bin is damaged or not a pickle: instruction 255');
    expect(() => parseVerificationBin(bytes(fixture.sets['bytes, protocol 4']), 'x.bin')).toThrow(
      'x.bin has 2 pairs, fewer than the 10 folds',
    );
  });

  it('does not allocate on the word of a length', () => {
    for (const start of [
      [0x42, 0xff, 0xff, 0xff, 0xff],
      [0x8e, 255, 255, 255, 255, 255, 255, 15, 0],
      [0x8b, 0, 0, 0, 0x7f],
    ]) {
      expect(() => parsePickle(new Uint8Array(start), 'x')).toThrow(DataFormatError);
    }
  });

  it.each([
    // DUP, TUPLE2: each time of twice the length, when written out. STACK_GLOBAL, and a type's name.
    ['a module that doubles', pickle(']', '2\x86'.repeat(60), 'N\x93.')],
    ['a name that doubles', pickle('N]', '2\x86'.repeat(60), '\x93.')],
    ['a type whose name doubles', pickle('cnumpy\ndtype\n]', '2\x86'.repeat(60), '\x85R.')],
    ['a module that nests', pickle('N', '\x85'.repeat(20_000), 'N\x93.')],
    ['a type whose name nests', pickle('cnumpy\ndtype\nN', '\x85'.repeat(20_000), '\x85R.')],
    ['bytes for a module', pickle('C\x01aC\x01b\x93.')],
    ['a type of an object’s own names', pickle('cnumpy\ndtype\nU\x08toString\x85R.')],
  ])('refuses %s at once', (_, file) => {
    expect(() => parseVerificationBin(file, 'x.bin')).toThrow(DataFormatError);
  });

  it.each([
    ['a length that doubles', `(]${'2\x86'.repeat(60)}t`],
    ['a length that nests', `(N${'\x85'.repeat(20_000)}t`],
    ['a length in text', '(U\x011t'],
    ['a length of true', '(\x88t'],
    ['a negative length', '(J\xff\xff\xff\xffJ\xff\xff\xff\xfft'],
    ['a broken length', '(G?\xe0\0\0\0\0\0\0K\x02t'],
  ])('refuses an array whose shape has %s', (_, shape) => {
    // numpy.core.numeric._frombuffer(one byte, the type u1, the shape), behind as many bytes as so many tuples need.
    const long = `B\x00\x00\x03\x00${'a'.repeat(0x30000)}0`;
    const file = pickle(
      long,
      'cnumpy.core.numeric\n_frombuffer\n(C\x01acnumpy\ndtype\nU\x02u1\x85R',
      shape,
      'tR.',
    );
    expect(() => parsePickle(file, 'x.bin')).toThrow('x.bin has a NumPy array whose shape is not a list');
  });

  it('refuses arguments that would take long when they are recalled again and again', () => {
    // A tuple of a thousand, for the arguments of an array and for its shape.
    const long = `(${'K\x01'.repeat(1000)}tq\x000`;
    const recalled = pickle(long, 'cnumpy\nndarray\nh\0R.');
    expect(() => parsePickle(recalled, 'x.bin')).toThrow('x.bin builds a value from 1000 arguments');
    const shape = pickle(long, 'cnumpy.core.numeric\n_frombuffer\n(C\x01acnumpy\ndtype\nU\x02u1\x85Rh\0tR.');
    expect(() => parsePickle(shape, 'x.bin')).toThrow('whose shape is not a list of up to 64 whole numbers');
  });

  it('cuts into as many folds as are asked for, a whole number from one on', () => {
    for (const folds of [0, -1, 1.5, Number.NaN]) {
      expect(() => parseVerificationBin(bytes(fixture.sets['bytes, protocol 4']), 'x.bin', {folds})).toThrow(
        `parseVerificationBin: folds must be a whole number of 1 or more, but is ${folds}.`,
      );
    }
  });

  it.each([
    ['lists', ']', 1],
    ['tuples', ')', 1],
    ['tuples of one', 'N\x85', 2],
    ['lists after a mark', '(l', 2],
    ['images of no bytes', 'C\0', 2],
    ['images of one byte', 'U\x01a', 3],
    ['quoted images', "S''\n", 4],
    ['encoded images', 'h\0h\x01R', 5],
    ['arrays', 'h\x02h\x01R', 5],
  ])('refuses more %s than an eighth of its bytes', (_, one, length) => {
    const start = 'c_codecs\nencode\nq\0(X\0\0\0\0X\x06\0\0\0latin1tq\x01cnumpy\nndarray\nq\x02000';
    const count = Math.floor(80_000 / length);
    const full = pickle(start, ']', one.repeat(count), 'N.');
    expect(() => parsePickle(full, 'bomb')).toThrow(
      /^bomb has more lists and objects than data of its size, over 1\d{4}\.$/,
    );
    // With eight bytes beside each, they are data.
    expect(parsePickle(pickle(start, ']', `${one}N0N0N0N0`.repeat(5000), 'N.'), 'data')).toBe(null);
  });

  it('remembers a value for each instruction in an array, and again under the same number', () => {
    const values = pickle('\x80\x04K\x01\x94K\x02\x94K\x03q\x000K\x04\x94h\x00h\x01h\x02\x87.');
    expect(parsePickle(values, 'x')).toEqual([3, 2, 4]);
    expect(parsePickle(pickle('K\x05r\xff\xff\xff\xff', 'j\xff\xff\xff\xff', '\x86.'), 'x')).toEqual([5, 5]);
    for (const index of ['-1', '0.5', 'Infinity']) {
      expect(() => parsePickle(pickle(`Np${index}\n.`), 'x')).toThrow(DataFormatError);
    }
  });

  it('does not build from the same bytes again and again', () => {
    const image = 'a'.repeat(200);
    const file = `c_codecs\nencode\nq\x010X\xc8\x00\x00\x00${image}q\x000`;
    const encodeAgain = `h\x01h\x00X\x06\x00\x00\x00latin1\x86R0`;
    const many = new Uint8Array(Buffer.from(`${file}${encodeAgain.repeat(20)}N.`, 'latin1'));
    expect(() => parsePickle(many, 'bomb')).toThrow('bomb builds more values than it has');
  });

  it('does not make numbers of the same encoded bytes again and again', () => {
    // encode(text), which may be used once; then bytearray of it, and an array of a number for each byte, many times.
    const image = 'a'.repeat(200);
    const start = `c_codecs\nencode\n(X\xc8\0\0\0${image}X\x06\0\0\0latin1tRq\x000`;
    const names =
      'c__builtin__\nbytearray\nq\x01cnumpy.core.numeric\n_frombuffer\nq\x02cnumpy\ndtype\nU\x02i1\x85Rq\x03000';
    const again = 'h\x02(h\x01h\0\x85Rh\x03K\xc8\x85tR0';
    expect(parsePickle(pickle(start, names, again, 'N.'), 'once')).toBe(null);
    expect(() => parsePickle(pickle(start, names, again.repeat(40), 'N.'), 'bomb')).toThrow(
      'bomb builds more values than it has',
    );
  });

  it('does not make numbers of the same few bytes again and again', () => {
    // Each time 64 numbers from two instructions and the builder's.
    const array = `cnumpy.core.numeric\n_frombuffer\nq\x010(C\x40${'a'.repeat(64)}cnumpy\ndtype\nU\x02i1\x85RK\x40\x85tq\x000`;
    expect(() => parsePickle(pickle(array, 'h\x01h\0R0'.repeat(100), 'N.'), 'bomb')).toThrow(
      'bomb builds more values than it has',
    );
  });
});
