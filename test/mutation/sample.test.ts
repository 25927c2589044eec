import {describe, expect, it} from 'vitest';
import {drawn} from './sample.mjs';
import {scoreInterval} from './scoreInterval';

const mutants = Array.from({length: 200}, (_, i) => ({
  id: String(i),
  fileName: `/somewhere/src/room/${i % 3}.ts`,
  location: {start: {line: i, column: 1}, end: {line: i, column: 5}},
  mutatorName: 'BooleanLiteral',
  replacement: 'false',
}));
const linesOf = (size: number, seed: number, all = mutants) =>
  drawn(all, size, seed).map(({location}) => location.start.line);

describe('a sample of changes', () => {
  it('is the same for a seed, whatever ids the changes have and wherever the source lies', () => {
    const others = [...mutants].reverse().map((mutant, i) => ({
      ...mutant,
      id: `x${i}`,
      fileName: mutant.fileName.replace('/somewhere', '/sandbox'),
    }));
    expect(linesOf(20, 7, others)).toEqual(linesOf(20, 7));
    expect(linesOf(20, 8)).not.toEqual(linesOf(20, 7));
    expect(new Set(linesOf(20, 7)).size).toBe(20);
    expect(linesOf(500, 7).sort((a, b) => a - b)).toEqual(mutants.map((_, i) => i));
  });

  it('draws each as often as any other', () => {
    const times = new Array(200).fill(0);
    for (let seed = 0; seed < 400; seed++) for (const line of linesOf(20, seed)) times[line]++;
    // Forty each, with a deviation of six.
    expect(Math.min(...times)).toBeGreaterThan(40 - 5 * 6);
    expect(Math.max(...times)).toBeLessThan(40 + 5 * 6);
  });
});

it.each([
  // By the formula in another form, in Python.
  [50, 60, 0.719684, 0.906868],
  [60, 60, 0.939828, 1],
  [0, 10, 0, 0.277533],
])('the interval of %i of %i', (noticed, tried, low, high) => {
  const found = scoreInterval(noticed, tried);
  expect(found[0]).toBeCloseTo(low, 5);
  expect(found[1]).toBeCloseTo(high, 5);
});
