import {expect, it} from 'vitest';
import {seededRandom} from '../../src/base/random';
import {halfFloats} from '../../src/formats/halfFloats';
import {floatValues} from '../../src/formats/storedTensor';

/** Every finite number of half precision that is not negative, in order: their bits are. */
const halves = floatValues({
  type: 'F16',
  shape: [0x7c00],
  bytes: new Uint8Array(Uint16Array.from({length: 0x7c00}, (_, bits) => bits).buffer),
});

/** The bits of the nearest of all, of two the even one. */
function nearest(value: number): number {
  const size = Math.abs(value);
  let best = 0;
  for (let low = 0, high = halves.length - 1; low <= high; ) {
    const middle = (low + high) >> 1;
    if (halves[middle] <= size) [best, low] = [middle, middle + 1];
    else high = middle - 1;
  }
  const above = best + 1 < halves.length ? halves[best + 1] : 65536;
  const [down, up] = [size - halves[best], above - size];
  const bits = up < down || (up === down && best % 2 === 1) ? best + 1 : best;
  return bits | (Object.is(value, -0) || value < 0 ? 0x8000 : 0);
}

it('gives every number of half precision back as it is', () => {
  expect(halfFloats(halves)).toEqual(Uint16Array.from(halves, (_, bits) => bits));
});

it('takes the nearest number, and of two as near the even one', () => {
  const random = seededRandom(7);
  const between = Array.from(halves).flatMap((half, i) => {
    const middle = i + 1 < halves.length ? (half + halves[i + 1]) / 2 : 65520;
    return [
      middle,
      middle * (1 - 2 ** -24),
      middle * (1 + 2 ** -23),
      half + random() * (halves[i + 1] - half || 0),
    ];
  });
  const values = Float32Array.from([0, -0, ...between, ...between.map(value => -value)]);
  const own = halfFloats(values);
  for (const [i, value] of values.entries())
    if (own[i] !== nearest(value)) expect([value, own[i]]).toEqual([value, nearest(value)]);
});

it('keeps infinity, what is not a number, and what is too small or too large for it', () => {
  const values = Float32Array.from([
    Infinity,
    -Infinity,
    65536,
    -1e30,
    1e-30,
    2 ** -25,
    2 ** -24 * 0.75,
    65519,
  ]);
  expect([...halfFloats(values)]).toEqual([0x7c00, 0xfc00, 0x7c00, 0xfc00, 0, 0, 1, 0x7bff]);
  expect(
    floatValues({type: 'F16', shape: [1], bytes: new Uint8Array(halfFloats(Float32Array.of(NaN)).buffer)})[0],
  ).toBeNaN();
});
