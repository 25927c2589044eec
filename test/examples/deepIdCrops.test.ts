import {expect, it} from 'vitest';
import {croppedImages, cropSize, crops} from '../../examples/deepid/crops';
import type {ImageList} from '../../src/data/sources/imageList';

const side = 112;

/** One image whose red is the row of a pixel, and whose green is its column. */
const places: ImageList = {
  length: 1,
  names: ['places'],
  height: side,
  width: side,
  channels: 3,
  pixels: async () =>
    Uint8ClampedArray.from({length: side * side * 3}, (_, at) => {
      const pixel = Math.floor(at / 3);
      return [Math.floor(pixel / side), pixel % side, 0][at % 3];
    }),
};

it('cuts each part of a face where it says, and lies within the face', async () => {
  const {height, width} = cropSize;
  const lists = await croppedImages(places, crops);
  for (const [i, {top, left, step}] of crops.entries()) {
    const pixels = await lists[i].pixels(0);
    expect([lists[i].height, lists[i].width, pixels.length]).toEqual([height, width, height * width * 3]);
    // The mean of two rows lies between them, and is rounded to the even one.
    const at = (row: number, column: number) => [...pixels.slice(3 * (row * width + column)).slice(0, 2)];
    const middle = (step - 1) / 2;
    const [last] = [at(height - 1, width - 1)];
    expect(Math.abs(at(0, 0)[0] - (top + middle))).toBeLessThanOrEqual(0.5);
    expect(Math.abs(at(0, 0)[1] - (left + middle))).toBeLessThanOrEqual(0.5);
    expect(Math.abs(last[0] - (top + (height - 1) * step + middle))).toBeLessThanOrEqual(0.5);
    expect(Math.abs(last[1] - (left + (width - 1) * step + middle))).toBeLessThanOrEqual(0.5);
    expect(top + height * step).toBeLessThanOrEqual(side);
    expect(left + width * step).toBeLessThanOrEqual(side);
  }
});
