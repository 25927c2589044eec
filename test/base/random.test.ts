import {describe, expect, it} from 'vitest';
import {seededRandom, shuffle} from '../../src/base/random';

const first = (count: number, ...seed: number[]) => {
  const random = seededRandom(...seed);
  return Array.from({length: count}, random);
};

describe('seededRandom', () => {
  it('is mulberry32 where it has one seed', () => {
    // The published algorithm in Python integers, seed 1: 2693262067, 11749833, 2265367787 over 2³².
    expect(first(3, 1)).toEqual([2693262067 / 2 ** 32, 11749833 / 2 ** 32, 2265367787 / 2 ** 32]);
  });

  it('gives each place of each pass a series of its own, whatever the seed', () => {
    const starts = new Set<number>();
    for (const seed of [0, 1, 2]) {
      for (let pass = 0; pass < 20; pass++) {
        for (let place = 0; place < 50; place++) starts.add(first(1, seed, pass, place)[0]);
      }
    }
    expect(starts.size).toBe(3000);
  });

  it('is even over its range, within and across series', () => {
    const across = Array.from({length: 20_000}, (_, place) => first(1, 1, 7, place)[0]);
    for (const values of [first(20_000, 5), across]) {
      const tenths = new Array(10).fill(0);
      for (const value of values) tenths[Math.floor(10 * value)]++;
      const chiSquared = tenths.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
      // Nine degrees of freedom: above 27.9 with a chance of 0.001.
      expect(chiSquared).toBeLessThan(27.9);
    }
  });
});

describe('shuffle', () => {
  it('keeps every value', () => {
    const values = shuffle(
      Array.from({length: 100}, (_, i) => i),
      seededRandom(3),
    );
    expect(values).not.toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(100);
  });

  it('gives each order as often as any other', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = shuffle([1, 2, 3], seededRandom(9, seed)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Five degrees of freedom: above 20.5 with a chance of 0.001.
    expect([...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(
      20.5,
    );
  });
});
