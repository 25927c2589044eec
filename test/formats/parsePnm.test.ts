import {describe, expect, it} from 'vitest';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {looksLikePnm, parsePnm} from '../../src/formats/parsePnm';

const file = (header: string, ...values: number[]) =>
  Uint8Array.from([...Buffer.from(header, 'latin1'), ...values]);

describe('parsePnm', () => {
  it.each([
    [
      'P2, with comments',
      file('P2\n# by hand\n3 2 # wide\n255\n0 1 2\n253 254 255\n'),
      [0, 1, 2, 253, 254, 255],
    ],
    ['P2 of 16 bits', file('P2 3 2 65535 0 257 514 65021 65278 65535'), [0, 1, 2, 253, 254, 255]],
    ['P2 of four gray levels', file('P2 3 2 3 0 1 2 3 3 0'), [0, 85, 170, 255, 255, 0]],
    ['P5', file('P5\n3 2\n255\n', 0, 1, 2, 253, 254, 255), [0, 1, 2, 253, 254, 255]],
    [
      'P5 of 16 bits',
      file('P5 3 2 65535 ', 0, 0, 1, 1, 2, 2, 253, 253, 254, 254, 255, 255),
      [0, 1, 2, 253, 254, 255],
    ],
    [
      'P5 up to 1023',
      file('P5 3 2 1023\n', 0, 0, 0, 4, 3, 255, 2, 0, 0, 1, 1, 255),
      [0, 1, 255, 128, 0, 127],
    ],
    ['P5 with bytes behind it', file('P5 3 2 255\n', 9, 8, 7, 6, 5, 4, 3, 2, 1), [9, 8, 7, 6, 5, 4]],
    ['P5 whose first value is a blank', file('P5 3 2 255\n', 10, 32, 35, 48, 9, 13), [10, 32, 35, 48, 9, 13]],
  ])('reads %s', (_, bytes, data) => {
    expect(looksLikePnm(bytes)).toBe(true);
    expect(parsePnm(bytes, 'x.pgm')).toEqual({width: 3, height: 2, channels: 1, data: Uint8Array.from(data)});
  });

  it.each([
    ['P3', file('P3 2 1 255\n1 2 3\n4 5 6')],
    ['P6', file('P6\r\n2 1\r255 ', 1, 2, 3, 4, 5, 6)],
  ])('reads colors of %s', (_, bytes) => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(parsePnm(bytes, 'x.ppm')).toEqual({width: 2, height: 1, channels: 3, data});
  });

  it('says what is wrong', () => {
    const read =
      (...of: Parameters<typeof file>) =>
      () =>
        parsePnm(file(...of), 'x.ppm');
    expect(read('P6 2 1 255\n', 1, 2, 3, 4, 5)).toThrow(
      'x.ppm is truncated: 2 × 1 pixels need 6 values, but there are 5 at most.',
    );
    expect(read('P3 2 1 255\n1 2 3 4 5 x')).toThrow('x.ppm is damaged: it must have a value at byte 21.');
    expect(read('P5 0 1 255\n')).toThrow('its width must be above 0, but is 0');
    expect(read('P5 1 1 70000\n', 1)).toThrow('its largest value must be at most 65535, but is 70000');
    expect(read('P5 1')).toThrow('it must have a height at byte 4');
    expect(read('P4 1 1\n', 1)).toThrow('x.ppm is not a PGM or PPM image');
    expect(read('')).toThrow(DataFormatError);
    // Believes no size.
    expect(read('P6 999999999 999999999 255\n', 1)).toThrow('is truncated');
    expect(read('P2 999999999 999999999 255\n1')).toThrow('is truncated');
  });
});
