import {seededRandom} from '../../base/random';

/** The deviation of new class weights, as insightface has it. */
const DEVIATION = 0.01;

/**
 * Fills the rows of a class with what they begin as: normal numbers of deviation 0.01, which the seed and the class determine. So they
 * are the same whenever they are made, and in whichever process.
 */
export function firstRows(into: Float32Array, seed: number, classId: number): void {
  const random = seededRandom(seed, classId);
  for (let i = 0; i < into.length; i += 2) {
    // Box and Muller: 1 − u is never 0.
    const radius = DEVIATION * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    into[i] = radius * Math.cos(angle);
    if (i + 1 < into.length) into[i + 1] = radius * Math.sin(angle);
  }
}
