import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {looksLikeZip, zipEntries} from '../../src/formats/zipEntries';
import {type ArchivedFile, zipArchive} from '../support/zipArchive';

const u16 = (value: number) => [value & 255, value >>> 8];
const u32 = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
const u64 = (value: number) => [...u32(value), 0, 0, 0, 0];
const text = (value: string) => [...new TextEncoder().encode(value)];

const contents = (bytes: Uint8Array) =>
  zipEntries(bytes, 'x.zip').map(({name, stored, bytes}) => [name, stored, new TextDecoder().decode(bytes)]);

const two: ArchivedFile[] = [
  {name: 'a/data.pkl', content: 'first'},
  {name: 'é', content: 'packed', method: 8},
];

describe('zipEntries', () => {
  it.each<[string, Uint8Array]>([
    ['plain', zipArchive(two)],
    ['with a comment', zipArchive(two, {comment: 'made by hand, PK as always'})],
    ['with the longest comment', zipArchive(two, {comment: 'c'.repeat(0xffff)})],
    ['with ZIP64 records', zipArchive(two, {wide: true})],
    ['with bytes before', zipArchive(two, {before: text('#!/bin/sh')})],
    [
      'with extra fields and comments of entries',
      zipArchive(
        two.map(file => ({
          ...file,
          extra: [...u16(0x5455), ...u16(1), 7],
          localExtra: [...u16(1), ...u16(0)],
          comment: 'c',
        })),
      ),
    ],
  ])('lists names, contents and whether they are packed: an archive %s', (_, bytes) => {
    expect(contents(bytes)).toEqual([
      ['a/data.pkl', true, 'first'],
      ['é', false, 'packed'],
    ]);
  });

  it('reads a view, and gives views', () => {
    const whole = Uint8Array.of(1, 2, 3, ...zipArchive(two));
    const [{bytes}] = zipEntries(whole.subarray(3), 'x');
    expect(bytes.buffer).toBe(whole.buffer);
    expect(new TextDecoder().decode(bytes)).toBe('first');
  });

  it('reads an archive up to its last byte', () => {
    // The content of the last file may end where the directory begins, which ends where the end begins.
    const bytes = zipArchive([{name: 'a', content: ''}]);
    expect(contents(bytes)).toEqual([['a', true, '']]);
  });

  it('has no entries where there are none', () => {
    expect(zipEntries(zipArchive([]), 'x')).toEqual([]);
  });

  const none = 0xffffffff;
  const field = (...numbers: number[]) => [...u16(1), ...u16(8 * numbers.length), ...numbers.flatMap(u64)];
  it.each<[string, [number, number, number], number[]]>([
    ['the packed size', [none, 5, 4], field(5)],
    ['both sizes', [none, none, 4], field(99, 5)],
    ['sizes and place', [none, none, none], field(99, 5, 4)],
    ['the place', [5, 5, none], field(4)],
    ['the whole size, which is of no use', [5, none, 4], field(99)],
    ['the place, behind another field', [5, 5, none], [...u16(9), ...u16(2), 0, 0, ...field(4)]],
  ])('takes %s from the field of 64 bits', (_, sizes, extra) => {
    const bytes = zipArchive([{name: 'a', content: 'first', sizes, extra}], {before: [0, 0, 0, 0]});
    expect(contents(bytes)).toEqual([['a', true, 'first']]);
  });

  const changed = (bytes: Uint8Array, at: number, ...values: number[]) => {
    const copy = bytes.slice();
    copy.set(values, at < 0 ? copy.length + at : at);
    return copy;
  };
  const plain = zipArchive([{name: 'a', content: 'first'}]);
  const wide = zipArchive([{name: 'a', content: 'first'}], {wide: true});
  const entry = plain.length - 22 - 47;
  it.each<[string, Uint8Array, string]>([
    ['is empty', new Uint8Array(0), 'it has no directory at its end'],
    ['has no end', plain.slice(0, -1), 'it has no directory at its end'],
    ['claims more files than fit', changed(plain, -12, 255, 255), 'it claims 65535 files'],
    [
      'claims one file too many',
      changed(plain, -12, 2),
      'entry 1 of its directory is not where it should be',
    ],
    [
      'has its directory elsewhere',
      changed(plain, -6, 1),
      'entry 0 of its directory is not where it should be',
    ],
    [
      'has its directory beyond the end',
      changed(plain, -6, ...u32(2 ** 31)),
      'entry 0 of its directory is not',
    ],
    [
      'has an entry that does not end',
      changed(plain, entry + 32, 255, 255),
      'entry 0 of its directory does not end',
    ],
    ['has a file where it is not', changed(plain, entry + 42, 1), 'a is not where its directory says'],
    [
      'has a file beyond the end',
      changed(plain, entry + 42, ...u32(2 ** 31)),
      'a is not where its directory says',
    ],
    ['has a file longer than itself', changed(plain, entry + 20, 255), 'a ends beyond the file'],
    [
      'has no record of 64 bits',
      changed(wide, -22 - 20 + 8, 0, 1),
      'its ZIP64 directory is not where it should be',
    ],
    ['has it beyond the end', changed(wide, -22 - 20 + 8, 255, 255, 255), 'its ZIP64 directory is not where'],
    [
      'has a size that is nowhere',
      zipArchive([
        {name: 'a', content: 'first', sizes: [none, 5, 0], extra: [...u16(1), ...u16(4), 0, 0, 0, 0]},
      ]),
      'a has no size',
    ],
    [
      'has a size that is nowhere, and another field where it would be',
      zipArchive([
        {
          name: 'a',
          content: 'first',
          sizes: [none, 5, 0],
          extra: [...u16(1), ...u16(0), ...u16(9), ...u16(4), 5, 0, 0, 0],
        },
      ]),
      'a has no size',
    ],
    [
      'has a size in a field that is longer than its entry',
      zipArchive([
        {name: 'a', content: 'first', sizes: [none, 5, 0], extra: [...u16(1), ...u16(8), 5, 0, 0, 0]},
      ]),
      'a has no size',
    ],
  ])('refuses an archive that %s', (_, bytes, problem) => {
    expect(() => zipEntries(bytes, 'x.zip')).toThrow(DataFormatError);
    expect(() => zipEntries(bytes, 'x.zip')).toThrow(`x.zip is truncated or damaged: ${problem}`);
  });

  it('refuses files that lie over one another, which unpack to more than there is', () => {
    const content = 'x'.repeat(200);
    const twice = zipArchive([
      {name: 'a', content},
      {name: 'b', content: '', sizes: [200, 200, 0]},
      {name: 'c', content: '', sizes: [200, 200, 0]},
    ]);
    expect(() => zipEntries(twice, 'x.zip')).toThrow('its files overlap');
  });

  it('is known by how it begins', () => {
    expect(looksLikeZip(plain)).toBe(true);
    for (let i = 0; i < 4; i++) expect(looksLikeZip(changed(plain, i, 9))).toBe(false);
    expect(looksLikeZip(new Uint8Array(3))).toBe(false);
  });
});
