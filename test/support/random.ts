/** Seeded random test data, so that a failing batch can be made again. */

export interface Random {
  /** Uniform in [low, high). */
  uniform(low?: number, high?: number): number;
  /** Standard normal. */
  normal(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
}

/** Mulberry32: 32 bits of state are plenty for test data. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    integer: below => Math.floor(next() * below),
  };
}

export const randomVector = (random: Random, length: number, deviation = 1): number[] =>
  Array.from({length}, () => deviation * random.normal());

export const randomMatrix = (random: Random, rows: number, columns: number, deviation = 1): number[][] =>
  Array.from({length: rows}, () => randomVector(random, columns, deviation));

export const randomLabels = (random: Random, count: number, classes: number): number[] =>
  Array.from({length: count}, () => random.integer(classes));
