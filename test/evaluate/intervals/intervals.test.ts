import {describe, expect, it} from 'vitest';
import {bootstrapByPerson} from '../../../src/evaluate/intervals/bootstrapByPerson';
import {clopperPearson} from '../../../src/evaluate/intervals/clopperPearson';
import {identificationIntervals} from '../../../src/evaluate/intervals/identificationIntervals';
import {verificationIntervals} from '../../../src/evaluate/intervals/verificationIntervals';
import {weightedAccuracy} from '../../../src/evaluate/intervals/weightedAccuracy';
import {weightedEer, weightedTars} from '../../../src/evaluate/intervals/weightedRates';
import {
  type PairsOfPeople,
  weightedAllPairs,
  weightedPairs,
} from '../../../src/evaluate/intervals/weightedTest';
import {allPairsScores} from '../../../src/evaluate/verification/allPairsScores';
import {equalErrorRate} from '../../../src/evaluate/verification/equalErrorRate';
import {roc} from '../../../src/evaluate/verification/roc';
import {tarAtFar} from '../../../src/evaluate/verification/tarAtFar';
import {verificationAccuracy} from '../../../src/evaluate/verification/verificationAccuracy';
import {describeOnBackends} from '../../support/backends';
import {testRandom} from '../../support/random';

describe('clopperPearson', () => {
  // scipy.stats.beta.ppf of SciPy 1.x.
  it.each([
    [0, 10, 0.95, 0, 0.3084971078187607],
    [10, 10, 0.95, 0.6915028921812392, 1],
    [9, 10, 0.95, 0.5549838829718046, 0.9974714214555382],
    [1, 1000, 0.95, 2.5317487491294065e-5, 0.005558924279826672],
    [10, 1e10, 0.95, 4.795388697140573e-10, 1.83903560343027e-9],
    [242000, 242257, 0.95, 0.998801281947381, 0.9990648329136597],
    [500, 1000, 0.9, 0.47351773123569124, 0.5264822687643087],
    [3, 7, 0.99, 0.05529934998056629, 0.882296248331048],
    [2600, 3000, 0.95, 0.8539778690788605, 0.8786355478901426],
  ])('of %d of %d at level %d is SciPy’s', (successes, trials, level, low, high) => {
    const found = clopperPearson(successes, trials, {level});
    expect(Math.abs(found.low - low)).toBeLessThanOrEqual(1e-7 * low);
    expect(Math.abs(found.high - high)).toBeLessThanOrEqual(1e-7 * high);
  });

  it('names what is wrong with its arguments', () => {
    expect(() => clopperPearson(3, 2)).toThrow('successes must be a number from 0 to 2, but is 3.');
    expect(() => clopperPearson(1.5, 2)).toThrow('successes must be a whole number');
    expect(() => clopperPearson(1, 0)).toThrow('trials must be a whole number of 1 or more, but is 0.');
    expect(() => clopperPearson(1, 2, {level: 1})).toThrow('level must be above 0 and below 1, but is 1.');
  });
});

/** Pairs between people, some of them with several images. */
function somePairs(seed: number, people: number, count: number): PairsOfPeople {
  const random = testRandom(seed);
  const easy = Array.from({length: people}, () => random.normal());
  const pairs = Array.from({length: count}, (_, i) => {
    const a = random.integer(people);
    const b = i % 2 === 0 ? a : (a + 1 + random.integer(people - 1)) % people;
    // Scores in steps of 0.01, so that many are equal.
    const score = (a === b ? 0.4 + 0.2 * easy[a] : 0.05 * (easy[a] + easy[b])) + 0.1 * random.normal();
    return {a, b, score: Math.max(-1, Math.min(1, Math.round(100 * score) / 100))};
  });
  return {
    scores: pairs.map(({score}) => score),
    same: pairs.map(({a, b}) => a === b),
    people: {a: pairs.map(({a}) => a), b: pairs.map(({b}) => b)},
  };
}

/** How often somebody was drawn, and the people as `weightedPairs` numbers them. */
const weightsFor = (seed: number, people: number) => {
  const random = testRandom(seed);
  return Float64Array.from({length: people}, () => random.integer(4));
};

/** The list of pairs with each as often as its people were drawn: who was drawn twice is two people. */
function copies({scores, same, people}: PairsOfPeople, weightOf: (person: number) => number) {
  const times = Array.from(scores, (_, i) => {
    const [a, b] = [people.a[i] as number, people.b[i] as number];
    return same[i] ? weightOf(a) : weightOf(a) * weightOf(b);
  });
  const all = times.flatMap((count, i) => Array<number>(count).fill(i));
  return {scores: all.map(i => scores[i]), same: all.map(i => same[i]), places: all};
}

/** Numbers people by first occurrence, first among the first ones of pairs. */
const numbered = ({people}: PairsOfPeople) =>
  new Map([...new Set([...Array.from(people.a), ...Array.from(people.b)])].map((id, i) => [id, i]));

describe('a sample of people', () => {
  const fars = [0, 0.001, 0.01, 0.1, 0.5, 1];

  it.each([1, 2, 3])('has the rates of a list with each pair as often as it counts: %d', seed => {
    const pairs = somePairs(seed, 30, 600);
    const places = numbered(pairs);
    const weights = weightsFor(seed, places.size);
    const list = copies(pairs, person => weights[places.get(person) as number]);
    const test = weightedPairs('test', pairs);
    const expected = tarAtFar(list, fars, {interpolation: 'floor'}).map(({tar}) => tar);
    weightedTars(test, fars, weights).forEach((tar, i) => {
      expect(tar).toBeCloseTo(expected[i], 12);
    });
    expect(weightedEer(test, weights)).toBeCloseTo(
      equalErrorRate(roc(list, {dropIntermediate: false})).rate,
      12,
    );
  });

  it.each([1, 4, 5])('has the accuracy of such a list: %d', seed => {
    const pairs = somePairs(seed, 30, 600);
    const places = numbered(pairs);
    const weights = weightsFor(seed, places.size);
    const folds = Array.from(pairs.scores, (_, i) => Math.floor(i / 120));
    const list = copies(pairs, person => weights[places.get(person) as number]);
    const expected = verificationAccuracy(list, {folds: list.places.map(i => folds[i])}).accuracy;
    expect(weightedAccuracy('test', pairs, folds)(weights)).toBeCloseTo(expected, 12);
  });
});

describe('a sample of people, of the hardest pairs alone,', () => {
  const ones = new Float64Array(4).fill(1);
  const kept = (impostors: number) => ({
    people: 4,
    genuine: {scores: [0.1, 0.2], person: Int32Array.of(0, 1)},
    impostors: {scores: [0.9, 0.5, 0.15], a: Int32Array.of(0, 1, 2), b: Int32Array.of(1, 2, 3)},
    isWhole: {genuine: false, impostors: true},
    totals: () => ({genuine: 10, impostors}),
  });

  it('has a rate only at thresholds that a genuine pair kept exceeds', () => {
    expect(weightedTars(kept(3), [0.7, 0, 0.4], ones)).toEqual([0.9, Number.NaN, Number.NaN]);
  });

  it('has no rate where nobody drawn is an impostor', () => {
    expect(weightedTars(kept(0), [0, 1], new Float64Array(4))).toEqual([Number.NaN, Number.NaN]);
  });
});

describeOnBackends('a sample of people of all pairs', () => {
  it('has the rates of a list of all pairs', async () => {
    const random = testRandom(7);
    const ids = Array.from({length: 60}, (_, i) => Math.floor(Math.sqrt(i)));
    const centers = Array.from({length: 8 * 4}, () => random.normal());
    const values = ids.flatMap(id =>
      Array.from({length: 4}, (_, d) => centers[4 * id + d] + 0.7 * random.normal()),
    );
    const all = await allPairsScores({values, dimension: 4}, ids);
    const {hardestGenuine: g, hardestImpostors: h} = all;
    const rows = [...g.a.keys()]
      .map(i => [g.a[i], g.b[i]])
      .concat([...h.a.keys()].map(i => [h.a[i], h.b[i]]));
    const pairs = {
      scores: [...g.scores, ...h.scores],
      same: rows.map((_, i) => i < g.a.length),
      people: {a: rows.map(([a]) => ids[a]), b: rows.map(([, b]) => ids[b])},
    };
    const weights = weightsFor(8, 8);
    const list = copies(pairs, person => weights[person]);
    const fars = [0, 0.01, 0.1, 0.4];
    const expected = tarAtFar(list, fars, {interpolation: 'floor'}).map(({tar}) => tar);
    const kept = await allPairsScores({values, dimension: 4}, ids, {exact: 900});
    for (const test of [weightedAllPairs(all), weightedAllPairs(kept)]) {
      weightedTars(test, fars, weights).forEach((tar, i) => {
        expect(tar).toBeCloseTo(expected[i], 12);
      });
      expect(weightedEer(test, weights)).toBeCloseTo(
        equalErrorRate(roc(list, {dropIntermediate: false})).rate,
        12,
      );
    }
  });
});

describe('bootstrapByPerson', () => {
  it('gives the middle part of the figures of samples of people', () => {
    // The mean of a sample of 400 ones and zeros is about normal, with deviation 0.5/20.
    const ones = Array.from({length: 400}, (_, i) => i % 2);
    const mean = (weights: Float64Array) => [
      ones.reduce((sum, one, person) => sum + one * weights[person], 0) / 400,
    ];
    const [{low, high}] = bootstrapByPerson(400, mean, {replicates: 2000, level: 0.9});
    expect(Math.abs(low - (0.5 - 1.645 * 0.025))).toBeLessThan(0.005);
    expect(Math.abs(high - (0.5 + 1.645 * 0.025))).toBeLessThan(0.005);
    expect(bootstrapByPerson(400, mean, {replicates: 50, seed: 1})).toEqual(
      bootstrapByPerson(400, mean, {replicates: 50, seed: 1}),
    );
    expect(bootstrapByPerson(400, mean, {replicates: 50, seed: 1})).not.toEqual(
      bootstrapByPerson(400, mean, {replicates: 50, seed: 2}),
    );
  });

  it('leaves out samples that have no figure, and refuses a figure that no sample has', () => {
    let call = 0;
    const [{low, high}] = bootstrapByPerson(2, () => [call++ % 2 ? Number.NaN : 3], {replicates: 10});
    expect([low, high]).toEqual([3, 3]);
    expect(() => bootstrapByPerson(2, () => [1, Number.NaN], {replicates: 3})).toThrow(
      'bootstrapByPerson: figure 1 must be a number in some sample of people, but is NaN in all.',
    );
  });
});

describe('verificationIntervals', () => {
  it('has each figure within its bounds, wider than where pairs are taken for independent', () => {
    const pairs = somePairs(9, 40, 4000);
    const {
      tarAtFar: rates,
      equalErrorRate: eer,
      accuracy,
      people,
      level,
    } = verificationIntervals(pairs, {
      fars: [0.01, 0.1],
      replicates: 200,
    });
    expect([people, level]).toEqual([40, 0.95]);
    const expected = tarAtFar(pairs, [0.01, 0.1], {interpolation: 'floor'});
    expect(rates.map(({far, value}) => [far, value])).toEqual(expected.map(({far, tar}) => [far, tar]));
    expect(eer?.value).toBeCloseTo(equalErrorRate(roc(pairs)).rate, 12);
    expect(accuracy?.value).toBe(verificationAccuracy(pairs).accuracy);
    for (const figure of [...rates, eer, accuracy]) {
      if (!figure) throw new Error('a figure is missing');
      expect(figure.low).toBeLessThan(figure.value);
      expect(figure.high).toBeGreaterThan(figure.value);
      const {low, high} = figure.clopperPearson;
      expect(low < figure.value && high > figure.value).toBe(true);
      // 40 people of 50 genuine pairs each: a person's pairs rise and fall together.
      expect(figure.high - figure.low).toBeGreaterThan(1.5 * (high - low));
    }
  });

  it('holds the true rate about as often as it says', () => {
    // A person has a genuine cosine of 0.5 or 0.9 in all of four pairs, each with chance one half; no impostor scores above 0.6.
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = testRandom(1000 + seed);
      const genuine = Array.from({length: 30}, () => (random.uniform() < 0.5 ? 0.5 : 0.9));
      const a = genuine.flatMap((_, person) => Array<number>(5).fill(person));
      const pairs = {
        scores: a.map((person, i) => (i % 5 < 4 ? genuine[person] : random.uniform(0.55, 0.6))),
        same: a.map((_, i) => i % 5 < 4),
        people: {a, b: a.map((person, i) => (i % 5 < 4 ? person : (person + 1) % 30))},
      };
      const [{low, high}] = verificationIntervals(pairs, {
        fars: [0],
        replicates: 100,
        level: 0.9,
        seed,
      }).tarAtFar;
      if (low <= 0.5 && high >= 0.5) held++;
    }
    // 0.9 less what the percentile interval of 30 people lacks; taken for independent, pairs would give 0.6.
    expect(held / 200).toBeGreaterThan(0.82);
    expect(held / 200).toBeLessThan(0.97);
  });

  it('says where the pairs kept do not reach', async () => {
    const values = Array.from({length: 40 * 3}, (_, i) => Math.sin(i * i));
    const all = await allPairsScores(
      {values, dimension: 3},
      Array.from({length: 40}, (_, i) => i >> 1),
      {
        exact: 20,
      },
    );
    expect(() => verificationIntervals(all, {fars: [0.5], replicates: 10})).toThrow(
      'verificationIntervals: fars must be within the pairs that were kept, but 0.5 is not: give allPairsScores a larger exact.',
    );
    expect(verificationIntervals(all, {fars: [0.001], replicates: 10}).equalErrorRate).toBeUndefined();
  });

  it('names what is wrong with its people', () => {
    const pairs = {scores: [0.9, 0.1], same: [1, 0]};
    expect(() => verificationIntervals({...pairs, people: {a: ['ann'], b: ['ann', 'bo']}})).toThrow(
      'people.a must have one value for each of 2 pairs, but has 1.',
    );
    expect(() => verificationIntervals({...pairs, people: {a: ['ann', 'ann'], b: ['ann', 'ann']}})).toThrow(
      'people of pair 1 must be two, as same says, but are ann and ann.',
    );
  });
});

describe('identificationIntervals', () => {
  it('has each rate within its bounds', () => {
    const random = testRandom(10);
    const labels = Array.from({length: 300}, (_, i) => `person ${i % 50}`);
    const ranks = labels.map((_, i) =>
      i % 50 < 20 ? 0 : random.uniform() < 0.7 ? 1 : 1 + random.integer(12),
    );
    const search = {
      ranks,
      mateScores: ranks.map(rank => (rank === 0 ? Number.NaN : random.uniform(0.3, 1))),
      otherScores: ranks.map(() => random.uniform(0, 0.6)),
    };
    const found = identificationIntervals(search, labels, {replicates: 200, fars: [0.1, 0.3]});
    expect([found.people, ...found.ranks.map(({rank}) => rank)]).toEqual([50, 1, 5, 10]);
    for (const {value, low, high, clopperPearson: pearson} of [...found.ranks, ...found.dirs]) {
      expect(low <= value && value <= high && low < high).toBe(true);
      expect(pearson.low <= value && value <= pearson.high).toBe(true);
    }
    expect(found.dirs[1].value).toBeGreaterThan(found.dirs[0].value);
  });

  it('takes its threshold from strangers alone, whom another looks like less than the enrolled', () => {
    const each = <T>(enrolled: T, stranger: T) => [...Array(6).fill(enrolled), ...Array(6).fill(stranger)];
    const search = {
      ranks: each(1, 0),
      mateScores: each(0.5, Number.NaN),
      otherScores: each(0.99, 0.1),
    };
    const labels = search.ranks.map((_, i) => i);
    const [{value, low, high}] = identificationIntervals(search, labels, {fars: [0.4], replicates: 50}).dirs;
    expect([value, low, high]).toEqual([1, 1, 1]);
  });

  it('has no rates of strangers where there are none', () => {
    const search = {ranks: [1, 2], mateScores: [0.9, 0.8], otherScores: [0.1, 0.9]};
    expect(identificationIntervals(search, ['ann', 'bo'], {ranks: [1], replicates: 20}).dirs).toEqual([]);
  });
});
