import {expect, it} from 'vitest';
import {orderByKeys, smallest} from '../../src/base/orderByKeys';
import {seededRandom} from '../../src/base/random';

const sizes = [
  [1, 1],
  [500, 7],
  [3000, 2 ** 16 + 5],
  [3000, 2 ** 32],
];
const keysOf = (count: number, highest: number): Uint32Array => {
  const random = seededRandom(1);
  return Uint32Array.from({length: count}, () => random() * highest);
};

it('orders as comparing does, equal keys by their rows', () => {
  expect(orderByKeys(new Uint32Array(0)).length).toBe(0);
  for (const [count, highest] of sizes) {
    const keys = keysOf(count, highest);
    expect([...orderByKeys(keys)]).toEqual([...keys.keys()].sort((i, j) => keys[i] - keys[j] || i - j));
  }
});

it('finds the number of a rank as sorting does', () => {
  for (const [count, highest] of sizes) {
    const keys = keysOf(count, highest);
    const sorted = keys.slice().sort();
    for (const rank of [1, Math.ceil(count / 3), count]) expect(smallest(keys, rank)).toBe(sorted[rank - 1]);
  }
});
