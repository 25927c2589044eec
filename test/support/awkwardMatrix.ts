import type {TestRandom} from './random';

const LARGEST = 3.4e38;
const DENORMAL = 1e-42;

/** Makes one component after the other. */
type Vector = (component: (i: number) => number) => number[];

/** Vectors that break losses: each takes the vectors made so far, to repeat and to oppose them. */
const kinds: ((random: TestRandom, vector: Vector, other: () => number[]) => number[])[] = [
  (random, vector) => vector(() => random.normal()),
  (random, vector) => vector(() => random.normal()),
  (_, vector) => vector(() => 0),
  (random, vector) => vector(() => DENORMAL * random.normal()),
  (random, vector) => vector(() => 1e-30 * random.normal()),
  (random, vector) => vector(() => 1e30 * random.normal()),
  (random, vector) => vector(() => 1e18 * random.normal()),
  (_, vector) => vector(() => LARGEST),
  (random, vector) => vector(i => (i === 0 ? LARGEST : DENORMAL * random.normal())),
  (random, vector) => vector(() => (random.uniform() < 0.2 ? 1 : 0)),
  (random, vector) => vector(() => 10 ** random.uniform(-38, 38) * (random.uniform() < 0.5 ? -1 : 1)),
  (_random, _vector, other) => other(),
  (_random, _vector, other) => other().map(value => -value),
  (random, _vector, other) => other().map(value => value * (1 + 1e-7 * random.normal())),
];

/**
 * TestRandom rows of finite float32 numbers of every size, among them zeros, denormals, the largest floats, and repetitions,
 * opposites and near repetitions of the rows before and of `others`.
 */
export function awkwardMatrix(
  random: TestRandom,
  rows: number,
  dimension: number,
  others: number[][] = [],
): number[][] {
  const vector: Vector = component => Array.from({length: dimension}, (_, i) => component(i));
  const made: number[][] = [];
  for (let i = 0; i < rows; i++) {
    const known = [...others, ...made.slice(-4)];
    const other = () => known[random.integer(known.length)] ?? vector(() => 1);
    made.push(kinds[random.integer(kinds.length)](random, vector, other));
  }
  return made;
}
