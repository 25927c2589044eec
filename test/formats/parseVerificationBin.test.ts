import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {parseVerificationBin} from '../../src/formats/parseVerificationBin';
import {parsePickle} from '../../src/formats/pickle';

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
