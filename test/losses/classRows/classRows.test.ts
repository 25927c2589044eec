import {expect, it} from 'vitest';
import {ClassRows, WEIGHTS} from '../../../src/losses/classRows/classRows';

const ids = (...classes: number[]) => Int32Array.from(classes);

it('makes a row by seed and class, whenever it is asked for and in whichever share', () => {
  const rows = new ClassRows({first: 10, count: 20, width: 3, seed: 4});
  const values = rows.read(WEIGHTS, ids(12, 25));
  const others = new ClassRows({first: 20, count: 10, width: 3, seed: 4});
  expect(others.read(WEIGHTS, ids(29, 25)).subarray(3)).toEqual(values.subarray(3));
  expect(new ClassRows({first: 10, count: 20, width: 3, seed: 5}).read(WEIGHTS, ids(12, 25))).not.toEqual(
    values,
  );
  expect([...rows.made]).toEqual([12, 25]);
});

it('makes rows that are normal with a deviation of 0.01', () => {
  const values = new ClassRows({first: 0, count: 400, width: 65, seed: 1}).read(
    WEIGHTS,
    Int32Array.from({length: 400}, (_, i) => i),
  );
  const moment = (power: number) =>
    values.reduce((sum, value) => sum + (value / 0.01) ** power, 0) / values.length;
  for (const [power, expected] of [
    [1, 0],
    [2, 1],
    [3, 0],
    [4, 3],
  ]) {
    expect(Math.abs(moment(power) - expected)).toBeLessThan(0.15);
  }
  expect(new Set(values).size).toBeGreaterThan(0.99 * values.length);
});

it('keeps rows and what is remembered of them, over blocks of any number', () => {
  const width = 3;
  // Two rows to a block.
  const rows = new ClassRows({first: 0, count: 100, width, seed: 1}, 7);
  rows.add('square', 0.5);
  const value = (id: number) => new Float32Array(width).fill(id);
  for (const id of [70, 3, 41]) rows.write(WEIGHTS, ids(id), value(id));
  expect(rows.read(WEIGHTS, ids(3))).toEqual(value(3));
  expect(rows.read(WEIGHTS, ids(41)).at(-1)).toBe(41);
  expect(rows.read('square', ids(70)).every(number => number === 0.5)).toBe(true);
  expect([...rows.made]).toEqual([3, 41, 70]);
});

it('begins anew', () => {
  const rows = new ClassRows({first: 0, count: 4, width: 2, seed: 1});
  rows.add('momentum', 0);
  const before = rows.read(WEIGHTS, ids(2));
  rows.write(WEIGHTS, ids(2), Float32Array.of(1, 2));
  rows.write('momentum', ids(2), Float32Array.of(3, 4));
  rows.reset();
  expect([...rows.read('momentum', ids(2)), ...rows.read(WEIGHTS, ids(2))]).toEqual([0, 0, 1, 2]);
  rows.clear();
  expect([...rows.made]).toEqual([]);
  expect(rows.read(WEIGHTS, ids(2))).toEqual(before);
});
