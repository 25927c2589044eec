import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {looksLikeBmp, parseBmp} from '../../src/formats/parseBmp';
import {bmpBytes} from '../support/bmpBytes';

/** Three columns and two rows, each pixel red, green, blue; the top row first. */
const colors = [
  [255, 0, 0, 0, 255, 0, 0, 0, 255],
  [1, 2, 3, 250, 240, 230, 0, 9, 0],
];
const expected = {width: 3, height: 2, channels: 3, data: Uint8Array.from(colors.flat())};

/** The bytes of rows, blue first, with more after each pixel. */
const stored = (rows: number[][], ...after: number[]) =>
  rows.flatMap(row => [0, 3, 6].flatMap(at => [row[at + 2], row[at + 1], row[at], ...after]));
const upward = [colors[1], colors[0]];
const usual = [0xff0000, 0xff00, 0xff];

describe('parseBmp', () => {
  it.each<[string, Parameters<typeof bmpBytes>[0]]>([
    ['24 bits, from the bottom up', {width: 3, height: 2, bits: 24, pixels: stored(upward)}],
    ['24 bits, from the top down', {width: 3, height: -2, bits: 24, pixels: stored(colors)}],
    ['32 bits, without their fourth byte', {width: 3, height: 2, bits: 32, pixels: stored(upward, 0)}],
    [
      '32 bits with masks',
      {width: 3, height: 2, bits: 32, compression: 3, masks: usual, pixels: stored(upward, 255)},
    ],
    [
      'a palette',
      {
        width: 3,
        height: 2,
        bits: 8,
        palette: [...stored(colors, 0), ...Array(1000).fill(0)],
        pixels: [3, 4, 5, 0, 1, 2],
      },
    ],
  ])('reads %s', (_, picture) => {
    const bytes = bmpBytes(picture);
    expect(looksLikeBmp(bytes)).toBe(true);
    expect(parseBmp(bytes, 'x.bmp')).toEqual(expected);
  });

  it.each(['24', '32', '8'])('reads what Pillow writes, of %s bits', kind => {
    const fixture = (name: string) => readFileSync(new URL(`../fixtures/formats/${name}`, import.meta.url));
    const pixels = JSON.parse(fixture('bmp.json').toString()) as Record<string, number[]>;
    const {width, height, data} = parseBmp(fixture(`pillow-${kind}.bmp`), 'x.bmp');
    expect([width, height]).toEqual([5, 3]);
    expect([...data]).toEqual(pixels[kind]);
  });

  it('says what is wrong', () => {
    const picture = {width: 3, height: 2, bits: 24, pixels: stored(upward)};
    const read = (change: object) => () => parseBmp(bmpBytes({...picture, ...change}), 'x.bmp');
    expect(() => parseBmp(bmpBytes(picture).subarray(0, 77), 'x.bmp')).toThrow(
      'x.bmp is truncated: 3 × 2 pixels need 24 bytes at 54, but it has 77.',
    );
    expect(() => parseBmp(bmpBytes(picture).subarray(0, 53), 'x.bmp')).toThrow('has a header of 54 bytes');
    expect(() => parseBmp(Uint8Array.of(0x42, 0x50), 'x.bmp')).toThrow('x.bmp is not a BMP image.');
    expect(read({bits: 4})).toThrow(
      'is a BMP image of 4 bits a pixel and compression 0, which is not read: convert it to PNG.',
    );
    expect(read({bits: 8, compression: 1})).toThrow('of 8 bits a pixel and compression 1');
    const others = [0xff, 0xff00, 0xff0000];
    expect(read({bits: 32, compression: 3, masks: others})).toThrow('of 32 bits a pixel and compression 3');
    const changed = (at: number, value: number) => {
      const bytes = bmpBytes(picture);
      new DataView(bytes.buffer).setInt32(at, value, true);
      return () => parseBmp(bytes, 'x.bmp');
    };
    expect(changed(14, 12)).toThrow('is damaged or older than Windows 3');
    expect(changed(18, 0)).toThrow('says 0 × 2 pixels');
    expect(changed(22, 0)).toThrow('says 3 × 0 pixels');
    // Believes no size.
    expect(changed(22, -(2 ** 31))).toThrow('is truncated: 3 × 2147483648 pixels');
    expect(changed(18, 2 ** 31 - 1)).toThrow(DataFormatError);
  });
});
