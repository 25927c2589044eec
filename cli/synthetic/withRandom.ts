import type {Random} from 'face-margins/data';

/** Runs a function that draws from `Math.random`, as facesjs does, on a generator with a seed. */
export function withRandom<T>(random: Random, draw: () => T): T {
  const {random: original} = Math;
  Math.random = random;
  try {
    return draw();
  } finally {
    Math.random = original;
  }
}
