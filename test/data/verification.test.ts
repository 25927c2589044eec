import {existsSync, readFileSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {verificationPairs} from '../../src/data/openVerificationPairs';
import {parsePairs} from '../../src/data/parsePairs';
import {parseVerificationBin} from '../../src/data/parseVerificationBin';
import {parsePickle} from '../../src/data/pickle';
import {consecutiveFolds} from '../../src/data/verificationPairs';
import {DataFormatError} from '../../src/dataFormatError';
import {plain, writeFiles} from './pictures';

const fixture: {
  images: string[];
  same: boolean[];
  sets: Record<string, string>;
  refused: Record<string, string>;
} = JSON.parse(readFileSync(new URL('../fixtures/data/pickles.json', import.meta.url), 'utf8'));
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

describe('parseVerificationBin', () => {
  it.each(Object.entries(fixture.sets))('reads %s', (name, base64) => {
    const {pairs, images} = parseVerificationBin(bytes(base64), name, {folds: 2});
    expect(images.map(image => Buffer.from(image).toString('base64'))).toEqual(fixture.images);
    expect(pairs).toEqual([
      {a: 0, b: 1, same: true, fold: 0},
      {a: 2, b: 3, same: false, fold: 1},
    ]);
  });

  it.each(Object.entries(fixture.refused))('refuses %s', (name, base64) => {
    expect(() => parseVerificationBin(bytes(base64), name)).toThrow(DataFormatError);
    expect(existsSync('/tmp/pwned')).toBe(false);
  });

  it('names what it will not import, and the instruction it will not follow', () => {
    const read = (name: string) => () => parsePickle(bytes(fixture.refused[name]), 'evil.bin');
    expect(read('os.system, protocol 4')).toThrow(
      'evil.bin wants to import posix.system, which is code and not data: it is not read.',
    );
    expect(read('os.system, protocol 0')).toThrow('import posix.system');
    expect(read('eval, protocol 2')).toThrow('import __builtin__.eval');
    expect(read('INST')).toThrow('evil.bin has the instruction INST at byte 21, which no data needs');
    expect(read('persistent id')).toThrow('PERSID');
    expect(read('extension')).toThrow('EXT1');
    expect(read('dictionary')).toThrow('EMPTY_DICT');
  });

  it('keeps images as views of the file', () => {
    const file = bytes(fixture.sets['bytes, protocol 4']);
    expect(parseVerificationBin(file, 'x', {folds: 1}).images[0].buffer).toBe(file.buffer);
  });

  it('says what is wrong with a set that does not fit together', () => {
    const set = (...codes: (number | string)[]) =>
      new Uint8Array(
        codes.flatMap(code => (typeof code === 'number' ? [code] : [...Buffer.from(code, 'latin1')])),
      );
    const read = (file: Uint8Array) => () => parseVerificationBin(file, 'x.bin', {folds: 1});
    expect(read(set('](C', 1, 'aC', 1, 'be](', 0x88, 0x88, 'e', 0x86, '.'))).toThrow(
      'x.bin has 2 images for 2 pairs',
    );
    expect(read(set('](C', 1, 'aC', 1, 'be](K', 2, 'e', 0x86, '.'))).toThrow(
      'pair 0 shows one person is no boolean',
    );
    expect(read(set('](K', 1, 'C', 1, 'be](', 0x88, 'e', 0x86, '.'))).toThrow('image 0 is no bytes');
    expect(read(set('].'))).toThrow('it must hold a list of images and a list of booleans');
    expect(read(set('N', 'N', 0x86, '.'))).toThrow('its images are no list');
    expect(read(set('](C', 1, 'aC', 1, 'be](', 0x88, 'e', 0x86))).toThrow(
      'x.bin is truncated: 1 bytes wanted',
    );
    expect(read(new Uint8Array([0xff, 0xd8]))).toThrow(
      'x.bin is not a pickle, or is damaged: there is no instruction 255',
    );
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

  it('does not build from the same bytes again and again', () => {
    const image = 'a'.repeat(200);
    const file = `c_codecs\nencode\nq\x010X\xc8\x00\x00\x00${image}q\x000`;
    const encodeAgain = `h\x01h\x00X\x06\x00\x00\x00latin1\x86R0`;
    const many = new Uint8Array(Buffer.from(`${file}${encodeAgain.repeat(20)}N.`, 'latin1'));
    expect(() => parsePickle(many, 'bomb')).toThrow('bomb builds more values than it holds');
  });
});

describe('parsePairs', () => {
  const text = '2\t1\nAnn\t1\t2\nAnn\t1\tBob Lee\t3\nZoé\t4\t5\nBob Lee\t1\tZoé\t2\n';

  it('reads folds of pairs of one person and of two', () => {
    expect(parsePairs(text, 'pairs.txt')).toEqual({
      folds: 2,
      pairs: [
        {a: {name: 'Ann', number: 1}, b: {name: 'Ann', number: 2}, same: true, fold: 0},
        {a: {name: 'Ann', number: 1}, b: {name: 'Bob Lee', number: 3}, same: false, fold: 0},
        {a: {name: 'Zoé', number: 4}, b: {name: 'Zoé', number: 5}, same: true, fold: 1},
        {a: {name: 'Bob Lee', number: 1}, b: {name: 'Zoé', number: 2}, same: false, fold: 1},
      ],
    });
  });

  it('takes spaces for tabs, Windows’ ends of lines, and blank lines', () => {
    const spaced = text.replaceAll('Bob Lee', 'Bob');
    expect(parsePairs(spaced.replaceAll('\t', '  ').replaceAll('\n', '\r\n\r\n'), 'x')).toEqual(
      parsePairs(spaced, 'x'),
    );
  });

  it('reads one fold under one number, and ten where there is none', () => {
    expect(parsePairs('1\nA 1 2\nA 1 B 1', 'x').folds).toBe(1);
    const lines = Array.from({length: 25}, (_, i) => `A ${i} ${i + 1}`);
    const {folds, pairs} = parsePairs(lines.join('\n'), 'x');
    expect(folds).toBe(10);
    expect(pairs.map(({fold}) => fold)).toEqual([...consecutiveFolds(25, 10)]);
    expect(parsePairs('007 1 2', 'x').pairs[0].a.name).toBe('007');
  });

  it('names the line that is wrong', () => {
    expect(() => parsePairs('1 1\nA 1 2\nA 1\n', 'x')).toThrow('x has 2 fields in line 3');
    expect(() => parsePairs('1 1\nA 1 2\nA 1 B b\n', 'x')).toThrow(
      "x has 'b' in line 3, where the number of an image",
    );
    expect(() => parsePairs('2 3\nA 1 2\nA 1 B 1\n', 'x')).toThrow(
      'x has 2 pairs, where its first line (2 3) says 2 folds',
    );
    expect(() => parsePairs('', 'x')).toThrow('x holds no pairs.');
    expect(() => parsePairs('10 300', 'x')).toThrow(DataFormatError);
  });
});

describe('consecutiveFolds', () => {
  it('cuts as scikit-learn’s KFold without shuffling does', () => {
    // [len(test) for _, test in KFold(4).split(range(10))] is [3, 3, 2, 2].
    expect([...consecutiveFolds(10, 4)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 3, 3]);
  });
});

describe('verificationPairs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pairs-'));
  });
  afterEach(() => rm(folder, {recursive: true}));

  it('finds the images that pairs.txt names, and only those', async () => {
    await writeFiles(folder, {
      'faces/Ann/Ann_0001.png': await plain('red'),
      'faces/Ann/Ann_0002.png': await plain('lime'),
      'faces/Ann/Ann_0003.png': await plain('white'),
      'faces/Bob/Bob_0001.png': await plain('blue'),
      'pairs.txt': '1 1\nAnn 2 1\nBob 1 Ann 2\n',
    });
    const path = join(folder, 'pairs.txt');
    const {pairs, folds, images} = await verificationPairs(path, {images: join(folder, 'faces'), size: 2});
    expect(folds).toBe(1);
    expect(images.names).toEqual(['Ann/Ann_0002.png', 'Ann/Ann_0001.png', 'Bob/Bob_0001.png']);
    expect(pairs).toEqual([
      {a: 0, b: 1, same: true, fold: 0},
      {a: 2, b: 0, same: false, fold: 0},
    ]);
    expect([...(await images.pixels(2)).subarray(0, 3)]).toEqual([0, 0, 255]);
    await expect(verificationPairs(path)).rejects.toThrow('images must be given for');
    await writeFile(path, '1 1\nAnn 2 7\nBob 1 Ann 2\n');
    await expect(verificationPairs(path, {images: join(folder, 'faces')})).rejects.toThrow(
      'names Ann/Ann_0007, which is not among the 4 images given',
    );
  });
});

const data = process.env.FACE_MARGINS_DATA ?? '';

describe.skipIf(!existsSync(join(data, 'lfw', 'pairs.txt')))(
  'LFW (skipped unless FACE_MARGINS_DATA names its folder)',
  () => {
    it('has 6,000 pairs in ten folds of 300 and 300', async () => {
      const {pairs, folds, images} = await verificationPairs(join(data, 'lfw', 'pairs.txt'), {
        images: join(data, 'lfw', 'lfw-112x112.tar'),
      });
      expect(folds).toBe(10);
      // 7,701 different images stand in the file.
      expect(images.length).toBe(7701);
      for (let fold = 0; fold < 10; fold++) {
        const own = pairs.filter(pair => pair.fold === fold);
        expect([own.length, own.filter(({same}) => same).length]).toEqual([600, 300]);
      }
    });

    it('has 600 pairs in lfw-fold1.bin, those of the first fold', async () => {
      const {pairs, images} = await verificationPairs(join(data, 'insightface', 'lfw-fold1.bin'));
      expect([pairs.length, images.length, pairs.filter(({same}) => same).length]).toEqual([600, 1200, 300]);
      const first = await verificationPairs(join(data, 'lfw', 'pairs.txt'), {
        images: join(data, 'lfw', 'lfw-112x112.tar'),
      });
      expect(pairs.map(({same}) => same)).toEqual(first.pairs.slice(0, 600).map(({same}) => same));
      for (const i of [0, 299, 599]) {
        expect(await images.pixels(pairs[i].a)).toEqual(await first.images.pixels(first.pairs[i].a));
        expect(await images.pixels(pairs[i].b)).toEqual(await first.images.pixels(first.pairs[i].b));
      }
    });
  },
);
