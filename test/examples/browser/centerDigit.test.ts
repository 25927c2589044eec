import {expect, it} from 'vitest';
import {centerDigit} from '../../../examples/browser/centerDigit';

/** A drawing of `[size, size]` with a box of ink. */
function box(size: number, left: number, top: number, width: number, height: number): Uint8Array {
  return Uint8Array.from({length: size * size}, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)];
    return x >= left && x < left + width && y >= top && y < top + height ? 255 : 0;
  });
}

const rowsWithInk = (image: Uint8Array) =>
  Array.from({length: 28}, (_, y) => y).filter(y =>
    image.subarray(28 * y, 28 * y + 28).some(value => value > 0),
  );

it('fills twenty pixels with the digit, in the middle, wherever and however large it was drawn', () => {
  for (const drawing of [box(168, 4, 8, 20, 80), box(168, 120, 60, 10, 40)]) {
    const image = centerDigit(drawing, 168) as Uint8Array;
    expect(rowsWithInk(image)).toEqual(Array.from({length: 20}, (_, i) => i + 4));
    const columns = Array.from({length: 28}, (_, x) => image[14 * 28 + x]);
    // A quarter as wide as high: five pixels, the outer two half full.
    expect(columns.reduce((sum, value) => sum + value, 0)).toBeCloseTo(5 * 255, -1);
    expect(columns.slice(12, 16)).toEqual([255, 255, 255, 255]);
  }
});

it('puts the center of mass in the middle, as MNIST does, and not the middle of the box', () => {
  const drawing = box(100, 10, 10, 80, 80).map((value, i) =>
    Math.floor(i / 100) < 74 && i % 100 > 12 ? 0 : value,
  );
  const image = centerDigit(drawing, 100) as Uint8Array;
  let [mass, x, y] = [0, 0, 0];
  image.forEach((value, i) => {
    mass += value;
    x += value * (i % 28);
    y += value * Math.floor(i / 28);
  });
  expect(Math.abs(x / mass - 13.5)).toBeLessThanOrEqual(0.6);
  expect(Math.abs(y / mass - 13.5)).toBeLessThanOrEqual(0.6);
});

it('is none for an empty drawing', () => {
  expect(centerDigit(new Uint8Array(100), 10)).toBeUndefined();
});
