import {seededRandom} from '../../src/base/random';

/** Seeded random test data: a failing batch can be made again. */
export interface TestRandom {
  /** Uniform in [low, high). */
  uniform(low?: number, high?: number): number;
  /** Standard normal. */
  normal(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
}

/** The library's generator, with the distributions that tests draw from. */
export function testRandom(seed: number): TestRandom {
  const next = seededRandom(seed);
  return {
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    integer: below => Math.floor(next() * below),
  };
}

export const randomVector = (random: TestRandom, length: number, deviation = 1): number[] =>
  Array.from({length}, () => deviation * random.normal());

export const randomMatrix = (random: TestRandom, rows: number, columns: number, deviation = 1): number[][] =>
  Array.from({length: rows}, () => randomVector(random, columns, deviation));

export const randomLabels = (random: TestRandom, count: number, classes: number): number[] =>
  Array.from({length: count}, () => random.integer(classes));

export function randomBytes(length: number, seed: number): Uint8Array {
  const random = testRandom(seed);
  return Uint8Array.from({length}, () => random.integer(256));
}
