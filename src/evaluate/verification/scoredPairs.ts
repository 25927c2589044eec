/** Pairs of images with a score each, and whether they show one person: what verification is judged by. */
export interface ScoredPairs {
  /** How alike the two are: the higher, the more, such as the cosine of their embeddings. `[P]`. */
  scores: ArrayLike<number>;
  /** Whether the two are the same person (a genuine pair) or not (an impostor pair): true or 1, false or 0. `[P]`. */
  same: ArrayLike<boolean | number>;
}

/** The scores of pairs, apart. */
export interface SeparatedScores {
  /** Of pairs of one person, from high to low. */
  genuine: Float64Array;
  /** Of pairs of two persons, from high to low. */
  impostors: Float64Array;
}

/** Throws where values and answers do not belong together or are not what they should be. */
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
      `${where}: ${name} and same must have as many values, but have ${values.length} and ${same.length}.`,
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

/** Checks pairs and gives their scores apart, from high to low. */
export function separateScores(where: string, {scores, same}: ScoredPairs): SeparatedScores {
  checkPairs(where, 'scores', scores, same);
  const genuine: number[] = [];
  const impostors: number[] = [];
  for (let i = 0; i < scores.length; i++) (same[i] ? genuine : impostors).push(scores[i]);
  return {genuine: descending(genuine), impostors: descending(impostors)};
}

/** A sorted copy, from high to low. */
export const descending = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values).sort().reverse();
