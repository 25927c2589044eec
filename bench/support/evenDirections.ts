import {seededRandom} from '../../src/base/random';
import {incompleteBeta} from '../../src/evaluate/intervals/incompleteBeta';

/** Embeddings whose true rates a formula gives. */
export interface EvenDirections {
  /** `[2 people, dimension]`; rows 2 i and 2 i + 1 show person i. */
  values: Float32Array;
  dimension: number;
  ids: Int32Array;
  /** The true accept rate at a false accept rate, without the chance of a draw. */
  tarAt(far: number): number;
}

const lowest = 0.5;

/**
 * Two images a person: x, and c x + √(1 − c²) y with y at right angles to x and c drawn evenly from 0.5 to 1.
 *
 * Each image alone is spread evenly over the sphere of D dimensions, where two have a cosine of t or more with the probability
 * I_{1 − t²}((D − 1)/2, 1/2) / 2. So the true accept rate at a false accept rate f is (1 − t(f)) / 0.5, where t(f) is 0.5 or more.
 */
export function evenDirections(people: number, dimension: number, seed: number): EvenDirections {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const values = new Float32Array(2 * people * dimension);
  const ids = new Int32Array(2 * people);
  const [x, y] = [new Float64Array(dimension), new Float64Array(dimension)];
  for (let person = 0; person < people; person++) {
    ids.fill(person, 2 * person, 2 * person + 2);
    for (let d = 0; d < dimension; d++) [x[d], y[d]] = [normal(), normal()];
    toUnit(x);
    const along = x.reduce((sum, value, d) => sum + value * y[d], 0);
    for (let d = 0; d < dimension; d++) y[d] -= along * x[d];
    toUnit(y);
    const c = lowest + (1 - lowest) * random();
    const s = Math.sqrt(1 - c * c);
    const at = 2 * person * dimension;
    values.set(x, at);
    for (let d = 0; d < dimension; d++) values[at + dimension + d] = c * x[d] + s * y[d];
  }
  return {values, dimension, ids, tarAt: far => (1 - thresholdAt(far, dimension)) / (1 - lowest)};
}

function toUnit(vector: Float64Array): void {
  const length = Math.hypot(...vector);
  for (let d = 0; d < vector.length; d++) vector[d] /= length;
}

/** By halving. */
function thresholdAt(far: number, dimension: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const t = (low + high) / 2;
    if (incompleteBeta(1 - t * t, (dimension - 1) / 2, 0.5) / 2 > far) low = t;
    else high = t;
  }
  return low;
}
