import {expect, it} from 'vitest';
import {orderByKeys} from '../../src/base/orderByKeys';
import {seededRandom} from '../../src/base/random';

it('orders as comparing does, by the first key and then by the next', () => {
  const random = seededRandom(1);
  for (const [count, highest] of [
    [0, 1],
    [1, 1],
    [500, 7],
    [3000, 2 ** 16 + 5],
    [3000, 2 ** 32],
  ]) {
    const [a, b] = [0, 1].map(() => Uint32Array.from({length: count}, () => random() * highest));
    const compared = [...a.keys()].sort((i, j) => a[i] - a[j] || b[i] - b[j] || i - j);
    expect([...orderByKeys([a, b], count)]).toEqual(compared);
  }
});
