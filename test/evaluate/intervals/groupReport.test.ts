import {
  bootstrapByPerson,
  calibratedScore,
  groupRates,
  groupReport,
  pairScores,
  pairsWithinGroups,
} from 'face-margins/evaluate';
import {describe, expect, it} from 'vitest';
import {testRandom} from '../../support/random';

/** Two groups of people: 12 whose images are alike, and 5 whose images are less so. */
function twoGroups() {
  const {normal} = testRandom(7);
  const ids: string[] = [];
  const groups: string[] = [];
  const values: number[] = [];
  for (const [group, people, spread] of [
    ['day', 12, 0.5],
    ['dusk', 5, 1],
  ] as const) {
    for (let person = 0; person < people; person++) {
      const mean = Array.from({length: 6}, () => normal());
      for (let image = 0; image < 4; image++) {
        ids.push(`${group} ${person}`);
        groups.push(group);
        for (const value of mean) values.push(value + spread * normal());
      }
    }
  }
  const pairs = pairsWithinGroups(ids, groups);
  return {...pairs, scores: pairScores({values, dimension: 6}, pairs)};
}

describe('pairsWithinGroups', () => {
  it('has every pair of one group once, and none of two', () => {
    const {groups, same} = twoGroups();
    const of = (name: string) => groups.map((group, i) => ({group, i})).filter(({group}) => group === name);
    expect(of('day').length).toBe((48 * 47) / 2);
    expect(of('dusk').length).toBe((20 * 19) / 2);
    expect(of('day').filter(({i}) => same[i]).length).toBe(12 * 6);
  });

  it('leaves out images of no group, and refuses a person of two', () => {
    const pairs = pairsWithinGroups([1, 1, 2, 3], ['a', 'a', null, 'a']);
    expect([...pairs.a]).toEqual([0, 0, 1]);
    expect([...pairs.b]).toEqual([1, 3, 3]);
    expect(() => pairsWithinGroups([1, 1], ['a', 'b'])).toThrow(
      'groups must give a person one group, but 1 is in a and in b',
    );
    expect(() => pairsWithinGroups([1, 1], ['a'])).toThrow(
      'groups must have one value, or null, for each of 2 images, but has 1',
    );
  });
});

describe('groupReport', () => {
  it('has the rates of groupRates, at one threshold and at each group’s own', () => {
    const pairs = twoGroups();
    const report = groupReport(pairs, {fars: [0.01, 0.05], replicates: 20});
    for (const [i, far] of [0.01, 0.05].entries()) {
      const {groups, threshold, gap} = groupRates(pairs, {far});
      expect(report.common[i]).toMatchObject({far, threshold, gap});
      for (const [name, rate] of Object.entries(groups)) {
        const figure = report.groups[name].rates[i];
        expect(figure.common.tar.value).toBe(rate.tar);
        expect(figure.common.far.value).toBe(rate.far);
        expect(figure.own.tar.value).toBe(rate.own.tar);
        expect(figure.own.threshold).toBe(rate.own.threshold);
      }
    }
    expect(report.groups.day.people).toBe(12);
    expect(report.groups.dusk.people).toBe(5);
  });

  it('has the intervals of a bootstrap that draws the people of the group', () => {
    const pairs = twoGroups();
    const options = {replicates: 300, seed: 4};
    const report = groupReport(pairs, {fars: [0.05], ...options});
    const threshold = report.common[0].threshold as number;
    const places = pairs.groups.map((_, i) => i).filter(i => pairs.groups[i] === 'dusk');
    const first = Math.min(...places.map(i => pairs.people.a[i]));
    const rate = (weights: Float64Array, same: number) => {
      let [accepted, all] = [0, 0];
      for (const i of places.filter(place => pairs.same[place] === same)) {
        const [a, b] = [weights[pairs.people.a[i] - first], weights[pairs.people.b[i] - first]];
        const weight = same ? a : a * b;
        all += weight;
        if (pairs.scores[i] >= threshold) accepted += weight;
      }
      return accepted / all;
    };
    const [tar, far] = bootstrapByPerson(5, weights => [rate(weights, 1), rate(weights, 0)], options);
    const {common} = report.groups.dusk.rates[0];
    expect(common.tar.low).toBeCloseTo(tar.low, 12);
    expect(common.tar.high).toBeCloseTo(tar.high, 12);
    expect(common.far.low).toBeCloseTo(far.low, 12);
    expect(common.far.high).toBeCloseTo(far.high, 12);
    expect(common.tar.low).toBeLessThan(common.tar.value);
  });

  it('tells thresholds as scores from 0 to 1 of one calibration', () => {
    const report = groupReport(twoGroups(), {fars: [0.05], replicates: 10});
    const {threshold, score} = report.common[0];
    expect(score).toBe(calibratedScore(report.calibration, threshold as number));
    for (const {rates} of Object.values(report.groups)) {
      expect(rates[0].own.score).toBeGreaterThan(0);
      expect(rates[0].own.score).toBeLessThan(1);
    }
  });

  it('names what is wrong with its arguments', () => {
    const pairs = twoGroups();
    expect(() => groupReport(pairs, {fars: []})).toThrow('fars must hold one rate or more, but are empty');
    expect(() => groupReport(pairs, {fars: [2]})).toThrow('fars[0] must be a number from 0 to 1, but is 2');
    const wrong = pairs.people.a.map((person, i) => (i === 0 ? person + 3 : person));
    expect(() => groupReport({...pairs, people: {...pairs.people, a: wrong}})).toThrow(
      'groupReport, group day: people of pair 0 must be one person, as same says',
    );
  });
});
