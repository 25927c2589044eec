import {describe, expect, it} from 'vitest';
import {seededRandom} from '../../../src/base/random';
import {type AugmentOptions, adaFaceAugmentation, augment} from '../../../src/data/augment/augment';
import {blur} from '../../../src/data/augment/blur';
import {colorJitter} from '../../../src/data/augment/colorJitter';
import {flip} from '../../../src/data/augment/flip';
import {gray} from '../../../src/data/augment/gray';
import {lowResolution} from '../../../src/data/augment/lowResolution';
import {randomCrop} from '../../../src/data/augment/randomCrop';
import {randomErase} from '../../../src/data/augment/randomErase';
import {resize} from '../../../src/data/augment/resize';
import type {PixelArray, Pixels} from '../../../src/data/images/pixels';
import {randomBytes} from '../../support/random';

/** Draws the numbers given, in order. */
const drawing =
  (...numbers: number[]) =>
  () =>
    numbers.shift() ?? 0.5;
const bytes = (...values: number[]) => Uint8Array.from(values);
const image = (data: PixelArray, width: number, height: number): Pixels => ({data, width, height});

function noise(seed: number, floats = false): Pixels {
  const values = randomBytes(20 * 16 * 3, seed);
  return image(floats ? Float32Array.from(values) : values, 20, 16);
}

const sum = (data: PixelArray) => [...data].reduce((total, value) => total + value, 0);

describe('flip', () => {
  it('mirrors left and right, not channels', () => {
    const picture = image(bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19), 3, 2);
    flip(picture);
    expect([...picture.data]).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13]);
  });
});

describe('gray', () => {
  it('is the luma of BT.601, and leaves a fourth channel', () => {
    const picture = image(bytes(255, 0, 0, 9, 10, 200, 30, 8), 2, 1);
    gray(picture);
    expect([...picture.data]).toEqual([76, 76, 76, 9, 124, 124, 124, 8]);
  });
});

describe('colorJitter', () => {
  const jitter = (options: object, draw: number, ...rgb: number[]) => {
    const picture = image(Float32Array.from(rgb), rgb.length / 3, 1);
    const none = {brightness: 0, contrast: 0, saturation: 0, hue: 0};
    colorJitter(picture, () => draw, {...none, ...options});
    return [...picture.data].map(value => Number(value.toFixed(3)));
  };

  it('changes each as its formula says', () => {
    // A draw of 1 is the upper end of the range, 0 the lower.
    expect(jitter({brightness: 0.5}, 1, 100, 20, 200)).toEqual([150, 30, 255]);
    expect(jitter({brightness: 0.5}, 0, 100, 20, 200)).toEqual([50, 10, 100]);
    // Mean gray of the two pixels: 60.
    expect(jitter({contrast: 0.5}, 1, 40, 40, 40, 80, 80, 80)).toEqual([30, 30, 30, 90, 90, 90]);
    expect(jitter({saturation: 1}, 0, 100, 50, 200)).toEqual([82.05, 82.05, 82.05]);
    expect(jitter({saturation: 0.5}, 1, 100, 50, 200)).toEqual([108.975, 33.975, 255]);
  });

  it('turns red to green by a third of a turn, and leaves grays', () => {
    expect(jitter({hue: 1 / 3}, 1, 90, 0, 0)).toEqual([0, 90, 0]);
    expect(jitter({hue: 0.2}, 1, 70, 70, 70)).toEqual([70, 70, 70]);
  });

  it('asks for ranges that make sense, and for colors', () => {
    expect(() => jitter({brightness: 2}, 1, 1, 2, 3)).toThrow(
      'brightness must be a number from 0 to 1, but is 2',
    );
    expect(() => gray(image(bytes(1, 2), 2, 1))).toThrow(
      'the image must have 3 channels (RGB) or 4, but has 1',
    );
  });
});

describe('resize', () => {
  it('averages areas, interpolates, or takes the nearest', () => {
    const row = image(bytes(0, 10, 20, 30, 40, 50), 6, 1);
    expect([...resize(row, 2, 1, 'area').data]).toEqual([10, 40]);
    expect([...resize(row, 4, 1, 'area').data]).toEqual([3, 17, 33, 47]);
    expect([...resize(row, 3, 1, 'nearest').data]).toEqual([10, 30, 50]);
    expect([...resize(row, 3, 1).data]).toEqual([5, 25, 45]);
    expect([...resize(image(bytes(0, 100), 2, 1), 4, 2).data]).toEqual([0, 25, 75, 100, 0, 25, 75, 100]);
  });

  it('keeps the mean under area averaging, whatever the sizes', () => {
    const picture = noise(1, true);
    const mean = ({data}: Pixels) => sum(data) / data.length;
    expect(mean(resize(picture, 7, 5, 'area'))).toBeCloseTo(mean(picture), 3);
  });
});

describe('lowResolution', () => {
  it('leaves as many distinct blocks as the smaller image has pixels', () => {
    const picture = noise(2);
    // A quarter of the sides, shrunk and enlarged by the nearest pixel.
    lowResolution(picture, drawing(0.0625, 0, 0), {scale: [0.2, 1]});
    const pixels = new Set<string>();
    for (let i = 0; i < picture.data.length; i += 3) pixels.add(picture.data.slice(i, i + 3).join());
    expect(pixels.size).toBe(5 * 4);
  });
});

describe('blur', () => {
  it('spreads a point as a Gaussian does', () => {
    const picture = image(new Float32Array(21 * 21), 21, 21);
    picture.data[10 * 21 + 10] = 1000;
    blur(picture, () => 0, {sigma: [1.5, 1.5]});
    const at = (x: number, y: number) => picture.data[(10 + y) * 21 + 10 + x];
    expect(at(2, 1) / at(0, 0)).toBeCloseTo(Math.exp(-5 / (2 * 1.5 ** 2)), 5);
    expect(sum(picture.data)).toBeCloseTo(1000, 2);
  });
});

describe('randomCrop', () => {
  it('keeps a rectangle in its place, and blackens the rest', () => {
    for (let seed = 0; seed < 50; seed++) {
      const before = noise(seed);
      const after = {...before, data: before.data.slice()};
      before.data.forEach((value, i) => {
        if (value === 0) before.data[i] = after.data[i] = 1;
      });
      randomCrop(after, seededRandom(seed));
      const kept = [...after.data.keys()].filter(i => after.data[i] > 0);
      expect(kept.every(i => after.data[i] === before.data[i])).toBe(true);
      const columns = kept.map(i => Math.floor(i / 3) % 20);
      const rows = kept.map(i => Math.floor(i / 60));
      const side = (values: number[]) => Math.max(...values) - Math.min(...values) + 1;
      expect(side(columns) * side(rows) * 3).toBe(kept.length);
      expect(kept.length / 3 / 320).toBeGreaterThan(0.15);
    }
  });

  it('enlarges it where asked', () => {
    const picture = noise(3);
    randomCrop(picture, seededRandom(4), {enlarge: true, area: [0.3, 0.3]});
    expect(picture.data.filter(value => value === 0).length).toBeLessThan(20);
  });
});

describe('randomErase', () => {
  it('covers a rectangle of the area asked for', () => {
    const picture = image(new Uint8Array(100 * 100).fill(50), 100, 100);
    randomErase(picture, seededRandom(1), {area: [0.2, 0.2], fill: 7});
    const covered = picture.data.filter(value => value === 7).length;
    expect(covered / 10_000).toBeGreaterThan(0.18);
    expect(covered / 10_000).toBeLessThan(0.22);
  });

  it('covers all of the rectangle drawn, and nothing beside it', () => {
    const picture = image(new Uint8Array(10 * 10).fill(50), 10, 10);
    // A fifth of the area, square, is 4 by 4; of the 7 places across and down, the third and the last.
    randomErase(picture, drawing(0, 0, 0.3, 0.9), {area: [0.2, 0.2], ratio: [1, 1], fill: 7});
    const inside = (i: number) => i % 10 >= 2 && i % 10 < 6 && i >= 60;
    expect([...picture.data]).toEqual(Array.from({length: 100}, (_, i) => (inside(i) ? 7 : 50)));
  });

  it('covers it with noise by default', () => {
    const picture = image(new Uint8Array(100 * 100).fill(50), 100, 100);
    randomErase(picture, seededRandom(1));
    const values = picture.data.filter(value => value !== 50);
    expect(new Set(values).size).toBeGreaterThan(100);
  });
});

describe('augment', () => {
  const everything: AugmentOptions = {
    crop: 0.5,
    lowResolution: 0.5,
    blur: 0.5,
    colorJitter: {chance: 0.5, hue: 0.1},
    gray: 0.5,
    flip: 0.5,
    erase: 0.5,
  };

  it.each([false, true])('gives one result for one seed, within 0 to 255 (floats: %s)', floats => {
    const results = new Set<string>();
    for (let seed = 0; seed < 30; seed++) {
      const [one, other] = [noise(5, floats), noise(5, floats)];
      augment(one, seededRandom(seed), everything);
      augment(other, seededRandom(seed), everything);
      expect(one.data).toEqual(other.data);
      expect(Math.min(...one.data)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...one.data)).toBeLessThanOrEqual(255);
      results.add(one.data.join());
    }
    expect(results.size).toBeGreaterThan(28);
  });

  it('does each as often as its chance says', () => {
    let flipped = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const picture = image(bytes(1, 2, 3, 4, 5, 6), 2, 1);
      augment(picture, seededRandom(1, seed), {flip: 0.3});
      if (picture.data[0] === 4) flipped++;
    }
    // Deviation 20.
    expect(Math.abs(flipped - 600)).toBeLessThan(70);
  });

  it('has AdaFace’s chances', () => {
    expect(adaFaceAugmentation).toEqual({crop: 0.2, lowResolution: 0.2, colorJitter: 0.2, flip: 0.5});
  });
});
