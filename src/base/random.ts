/** Numbers from 0 up to, not including, 1: as `Math.random`, but from a seed. */
export type Random = () => number;

/**
 * A small generator of random numbers that, unlike `Math.random`, has a seed (mulberry32, Tommy Ettinger).
 *
 * Several numbers name a generator of their own: `seededRandom(seed, pass, place)` gives what belongs to that place of that
 * pass, whatever was drawn before. With one number it is plain mulberry32. Not for secrets.
 *
 * @param seed Whole numbers; their lowest 32 bits count.
 *
 * @example
 * ```ts
 * const random = seededRandom(1);
 * random(); // 0.6270739405881613, on every machine
 * ```
 */
export function seededRandom(...seed: number[]): Random {
  const [first, ...more] = seed;
  let state = more.reduce((mixed, next) => scramble(scramble(mixed + golden) ^ next), first) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 2³² over the golden ratio: an offset without which seeds of zeros would all be one. */
const golden = 0x9e3779b9;

/** The finalizer of MurmurHash3: neighboring numbers come out far apart. */
function scramble(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** An array of any kind. */
export interface Indexed {
  /** How many values there are. */
  readonly length: number;
  [index: number]: unknown;
}

/**
 * Puts values into a random order, in place (Fisher and Yates).
 *
 * @returns The values given.
 */
export function shuffle<T extends Indexed>(values: T, random: Random): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}
