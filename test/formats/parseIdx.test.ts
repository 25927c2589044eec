import {describe, expect, it} from 'vitest';
import {parseIdx} from '../../src/formats/parseIdx';
import {idxBytes} from '../support/idxBytes';

describe('parseIdx', () => {
  it('gives the shape and the values of labels', () => {
    const {shape, data} = parseIdx(idxBytes([3], [5, 0, 9]), 'labels', 1);
    expect(shape).toEqual([3]);
    expect([...data]).toEqual([5, 0, 9]);
  });

  it('gives the shape and the values of images without copying them', () => {
    const bytes = idxBytes([2, 1, 2], [1, 2, 3, 4]);
    const {shape, data} = parseIdx(bytes, 'images', 3);
    expect(shape).toEqual([2, 1, 2]);
    expect([...data]).toEqual([1, 2, 3, 4]);
    expect(data.buffer).toBe(bytes.buffer);
  });

  it('reads a view that does not start at the first byte of its buffer', () => {
    const file = idxBytes([2], [7, 8]);
    const padded = new Uint8Array(file.length + 3);
    padded.set(file, 3);
    expect([...parseIdx(padded.subarray(3), 'labels').data]).toEqual([7, 8]);
  });

  it('reads sizes as unsigned big-endian numbers', () => {
    expect(() => parseIdx(idxBytes([0x80000000], []), 'a')).toThrow('2147483656 needed');
  });

  it('accepts an empty array', () => {
    expect(parseIdx(idxBytes([0, 28, 28], []), 'none').shape).toEqual([0, 28, 28]);
  });

  it('says which file has the wrong magic number, and which was expected', () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]);
    expect(() => parseIdx(png, 'digits.png', 3)).toThrow(
      'digits.png is not an IDX file: its magic number is 0x89504e47, expected 0x00000803 (unsigned bytes).',
    );
    expect(() => parseIdx(png, 'digits.png')).toThrow('expected 0x00000800 plus the count of dimensions');
  });

  it('says so when labels are given as images', () => {
    expect(() => parseIdx(idxBytes([1], [3]), 'train-images', 3)).toThrow(
      'train-images has an array of rank 1 where rank 3 is expected: its magic number is 0x00000801, expected 0x00000803',
    );
  });

  it('refuses values that are not unsigned bytes and names their type', () => {
    expect(() => parseIdx(idxBytes([1], [0, 0, 0, 0], 13), 'floats')).toThrow(
      'floats has 32-bit floats, which are not supported',
    );
    expect(() => parseIdx(idxBytes([1], [0], 10), 'unknown')).toThrow('unknown is not an IDX file');
  });

  it('says how many bytes a truncated file has and needs', () => {
    expect(() => parseIdx(idxBytes([60000, 28, 28], [1, 2]), 'train-images')).toThrow(
      'train-images is truncated: 18 bytes present, 47040016 needed for the shape [60000, 28, 28] in its header.',
    );
    expect(() => parseIdx(new Uint8Array([0, 0, 8]), 'stub')).toThrow('stub is truncated: it has 3 bytes');
    expect(() => parseIdx(new Uint8Array([0, 0, 8, 3, 0, 0]), 'stub', 3)).toThrow(
      'stub is truncated: it has 6 bytes, but its header alone takes 16.',
    );
  });

  it('refuses bytes after the last value', () => {
    expect(() => parseIdx(idxBytes([2], [1, 2, 3]), 'labels')).toThrow(
      'labels has surplus bytes at its end: 11 bytes present, 10 needed for the shape [2] in its header.',
    );
  });

  it('does not believe a header that claims more than memory holds', () => {
    const vast = idxBytes([0xffffffff, 0xffffffff, 0xffffffff], [1]);
    expect(() => parseIdx(vast, 'vast')).toThrow('vast is truncated: 17 bytes present');
  });
});
