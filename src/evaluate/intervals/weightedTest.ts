import {personOfEach} from '../../base/personOfEach';
import type {AllPairsScores} from '../verification/allPairsScores';
import {checkPairs, type ScoredPairs} from '../verification/scoredPairs';

/** Scored pairs and their people. */
export interface PairsOfPeople extends ScoredPairs {
  /** The people of each pair. */
  people: {
    /** The person of the first image of each pair: whole numbers or names. `[P]`. */
    a: ArrayLike<number | string>;
    /** The person of the second image of each pair. `[P]`. */
    b: ArrayLike<number | string>;
  };
}

/** Pairs as a bootstrap reads them: sorted once, then weighted by each sample of people. */
export interface WeightedTest {
  /** The number of people. */
  people: number;
  /** Genuine pairs, ascending; where all pairs were scored, perhaps the lowest alone. */
  genuine: {scores: ArrayLike<number>; person: Int32Array};
  /** Impostor pairs, descending; where all pairs were scored, perhaps the highest alone. */
  impostors: {scores: ArrayLike<number>; a: Int32Array; b: Int32Array};
  /** Whether these are all genuine and all impostor pairs. */
  isWhole: {genuine: boolean; impostors: boolean};
  /** The weights of all genuine and all impostor pairs in a sample. */
  totals(weights: Float64Array): {genuine: number; impostors: number};
}

/** Sorts the pairs of people. */
export function weightedPairs(where: string, pairs: PairsOfPeople): WeightedTest {
  const {scores, same} = pairs;
  checkPairs(where, 'scores', scores, same);
  const {a, b, people} = peopleOf(where, pairs);
  const order = (isGenuine: boolean) =>
    Uint32Array.from(scores, (_, i) => i).filter(i => Boolean(same[i]) === isGenuine);
  const ascending = order(true).sort((i, j) => scores[i] - scores[j]);
  const descending = order(false).sort((i, j) => scores[j] - scores[i]);
  const genuine = {
    scores: Float64Array.from(ascending, i => scores[i]),
    person: Int32Array.from(ascending, i => a[i]),
  };
  const impostors = {
    scores: Float64Array.from(descending, i => scores[i]),
    a: Int32Array.from(descending, i => a[i]),
    b: Int32Array.from(descending, i => b[i]),
  };
  const byPeople = countedByPeople(impostors, people);
  return {
    people,
    genuine,
    impostors,
    isWhole: {genuine: true, impostors: true},
    totals(weights) {
      const totals = {genuine: 0, impostors: 0};
      for (const person of genuine.person) totals.genuine += weights[person];
      for (const [first, second, pairs] of byPeople)
        totals.impostors += pairs * weights[first] * weights[second];
      return totals;
    },
  };
}

/** Two people and the number of their pairs: images are many where all pairs of a group are scored, people few. */
function countedByPeople({a, b}: {a: Int32Array; b: Int32Array}, people: number): [number, number, number][] {
  const counts = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const key = Math.min(a[i], b[i]) * people + Math.max(a[i], b[i]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Array.from(counts, ([key, count]) => [Math.floor(key / people), key % people, count]);
}

/** The people of each pair, numbered. */
export function peopleOf(
  where: string,
  {scores, same, people}: PairsOfPeople,
): {a: Int32Array; b: Int32Array; people: number} {
  for (const name of ['a', 'b'] as const) {
    if (people[name].length !== scores.length) {
      throw new Error(
        `${where}: people.${name} must have one value for each of ${scores.length} pairs, but has ${people[name].length}.`,
      );
    }
  }
  const both = [...Array.from(people.a), ...Array.from(people.b)];
  const numbered = personOfEach(where, 'people', both, both.length);
  const [a, b] = [numbered.subarray(0, scores.length), numbered.subarray(scores.length)];
  for (let i = 0; i < scores.length; i++) {
    if ((a[i] === b[i]) !== Boolean(same[i])) {
      throw new Error(
        `${where}: people of pair ${i} must be ${same[i] ? 'one person' : 'two'}, as same says, but are ${people.a[i]} and ${people.b[i]}.`,
      );
    }
  }
  return {a, b, people: numbered.reduce((most, person) => Math.max(most, person), 0) + 1};
}

/** All pairs of images, as a test of the hardest. */
export function weightedAllPairs({
  genuine,
  impostors,
  hardestGenuine,
  hardestImpostors,
  people,
}: AllPairsScores): WeightedTest {
  const count = people.reduce((most, person) => Math.max(most, person), 0) + 1;
  const images = new Float64Array(count);
  for (const person of people) images[person]++;
  return {
    people: count,
    genuine: {scores: hardestGenuine.scores, person: hardestGenuine.a.map(row => people[row])},
    impostors: {
      scores: hardestImpostors.scores,
      a: hardestImpostors.a.map(row => people[row]),
      b: hardestImpostors.b.map(row => people[row]),
    },
    isWhole: {
      genuine: hardestGenuine.scores.length === genuine,
      impostors: hardestImpostors.scores.length === impostors,
    },
    totals(weights) {
      // Σ_{p<q} w_p n_p w_q n_q = ((Σ w n)² − Σ (w n)²) / 2
      let [pairs, sum, squares] = [0, 0, 0];
      for (let person = 0; person < count; person++) {
        const weighted = weights[person] * images[person];
        pairs += (weighted * (images[person] - 1)) / 2;
        sum += weighted;
        squares += weighted * weighted;
      }
      return {genuine: pairs, impostors: (sum * sum - squares) / 2};
    },
  };
}
