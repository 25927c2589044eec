/** Pairs of images: the score of each, and whether it shows one person. */
export interface ScoredPairs {
  /** The similarity of each pair, such as the cosine of its embeddings. `[P]`. */
  scores: ArrayLike<number>;
  /** Whether each pair shows one person (genuine: true or 1) or two (impostor: false or 0). `[P]`. */
  same: ArrayLike<boolean | number>;
}

/** The scores of genuine and of impostor pairs, in float32 where they were given so. */
export interface SeparatedScores {
  /** Of genuine pairs, descending. */
  genuine: Float32Array | Float64Array;
  /** Of impostor pairs, descending. */
  impostors: Float32Array | Float64Array;
}

/** Throws if values or answers are invalid, or their numbers differ. */
export function checkPairs(
  where: string,
  name: string,
  values: ArrayLike<number>,
  same: ArrayLike<boolean | number>,
): void {
  if (values.length === 0)
    throw new Error(`${where}: ${name} must have one value for each pair, but are empty.`);
  if (values.length !== same.length) {
    throw new Error(
      `${where}: ${name} and same must have the same number of values, but have ${values.length} and ${same.length}.`,
    );
  }
  let genuine = 0;
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number' || !Number.isFinite(values[i])) {
      throw new Error(`${where}: ${name}[${i}] must be a finite number, but is ${values[i]}.`);
    }
    const answer = Number(same[i]);
    if (answer !== 0 && answer !== 1) {
      throw new Error(`${where}: same[${i}] must be true or 1, false or 0, but is ${same[i]}.`);
    }
    genuine += answer;
  }
  if (genuine === 0 || genuine === values.length) {
    throw new Error(
      `${where}: pairs must be of both kinds, but all ${values.length} are ${genuine === 0 ? 'of different persons' : 'of one person'}.`,
    );
  }
}

/** Checks pairs and separates their scores, each descending. */
export function separateScores(where: string, {scores, same}: ScoredPairs): SeparatedScores {
  checkPairs(where, 'scores', scores, same);
  let count = 0;
  for (let i = 0; i < same.length; i++) if (same[i]) count++;
  const listOf = (length: number) =>
    scores instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const separated = {genuine: listOf(count), impostors: listOf(scores.length - count)};
  let [g, h] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (same[i]) separated.genuine[g++] = scores[i];
    else separated.impostors[h++] = scores[i];
  }
  separated.genuine.sort().reverse();
  separated.impostors.sort().reverse();
  return separated;
}

/** A sorted copy, descending. */
export const descending = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values).sort().reverse();
