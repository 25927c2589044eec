import {describe, expect, it} from 'vitest';
import {seededRandom} from '../../../src/base/random';
import {equalErrorRate} from '../../../src/evaluate/verification/equalErrorRate';
import {groupRates} from '../../../src/evaluate/verification/groupRates';
import {HardestPairs} from '../../../src/evaluate/verification/hardestPairs';
import {pairDistances} from '../../../src/evaluate/verification/pairDistances';
import {roc} from '../../../src/evaluate/verification/roc';
import {tarAtFar} from '../../../src/evaluate/verification/tarAtFar';
import {validationRate} from '../../../src/evaluate/verification/validationRate';
import {verificationAccuracy} from '../../../src/evaluate/verification/verificationAccuracy';
import {verificationReport} from '../../../src/evaluate/verification/verificationReport';

describe('cosines and distances', () => {
  const accuracy = (given: object) =>
    verificationAccuracy({...given, same: [1, 0]} as never, {folds: 1}).accuracy;

  it('may be beyond their range by the rounding of float32, not further', () => {
    for (const scores of [
      [1 + 9e-6, 0],
      [0.5, -1 - 9e-6],
      [1, -1],
    ])
      expect(accuracy({scores})).toBe(1);
    for (const distances of [
      [-9e-6, 3],
      [1, 4 + 9e-6],
      [0, 4],
    ])
      expect(accuracy({distances})).toBe(1);
    for (const score of [1 + 2e-5, -1 - 2e-5]) {
      expect(() => accuracy({scores: [0.5, score]})).toThrow('scores[1] must be from -1 to 1');
    }
    for (const distance of [4 + 2e-5, -2e-5]) {
      expect(() => accuracy({distances: [1, distance]})).toThrow('distances[1] must be from 0 to 4');
    }
  });

  it('of rows that are not there are refused, each end of a pair', () => {
    const two = {values: [1, 0, 0, 1], dimension: 2};
    expect(pairDistances(two, [{a: 1, b: 0}])[0]).toBeCloseTo(2, 12);
    for (const row of [-1, 2, 0.5, Number.NaN]) {
      expect(() =>
        pairDistances(two, [
          {a: 0, b: 1},
          {a: row, b: 1},
        ]),
      ).toThrow(`pairs[1].a must be a row from 0 to 1, but is ${row}`);
      expect(() => pairDistances(two, [{a: 0, b: row}])).toThrow(
        `pairs[0].b must be a row from 0 to 1, but is ${row}`,
      );
    }
  });
});

describe('verificationAccuracy', () => {
  it('has the mean threshold of its folds', () => {
    const distances = [0.1, 3, 0.1, 3, 2.5, 3.5, 2.5, 3.5];
    const found = verificationAccuracy({distances, same: [1, 0, 1, 0, 1, 0, 1, 0]}, {folds: 2});
    expect(found.threshold).toBeCloseTo((2.51 + 0.11) / 2, 12);
    expect(found.accuracy).toBe(0.75);
    expect(found.deviation).toBe(0.25);
  });

  it('accepts a pair below a threshold of the grid, not at it', () => {
    // Of 0.25, which float64 has exactly, the first threshold above is 0.26.
    const found = verificationAccuracy({distances: [0.25, 0.5], same: [1, 0]}, {folds: 1});
    expect(found.folds).toEqual([{accuracy: 1, threshold: 0.26}]);
  });

  it('takes a fold for each pair that is numbered from 0, none left out', () => {
    const folds = (values: number[]) => () =>
      verificationAccuracy({distances: [0, 1, 2, 3], same: [1, 0, 1, 0]}, {folds: values});
    expect(folds([1, 1, 0, 0])().folds).toHaveLength(2);
    for (const wrong of [
      [-1, 0, 0, 0],
      [0.5, 0, 0, 0],
      [2, 0, 0, 0],
    ]) {
      expect(folds(wrong)).toThrow(`folds must be numbered 0 to 1, none left out, but one is ${wrong[0]}`);
    }
    expect(folds([0, 0, 0, 0, 0])).toThrow('folds must have one value for each of 4 pairs, but has 5');
    expect(() => verificationAccuracy({distances: [0, 1], same: [1, 0]}, {folds: 2}).folds).not.toThrow();
  });

  it('finds between every distance the lowest of the best thresholds, below all and above all too', () => {
    const found = (distances: number[], same: number[]) =>
      verificationAccuracy({distances, same}, {folds: 1, thresholds: 'every'}).folds[0];
    expect(found([1, 2, 3], [1, 1, 0])).toEqual({accuracy: 1, threshold: 2.5});
    // Nobody is better accepted: at the lowest distance none is below.
    expect(found([1, 2, 3], [0, 0, 1])).toEqual({accuracy: 2 / 3, threshold: 1});
    // Everybody is: between the largest and 4.
    expect(found([1, 2, 3], [0, 1, 1])).toEqual({accuracy: 2 / 3, threshold: 3.5});
  });
});

describe('validationRate', () => {
  const pairs = (impostors: number[]) => ({
    distances: impostors.flatMap(impostor => [0.5, impostor]),
    same: impostors.flatMap(() => [1, 0]),
  });

  it('accepts nobody where no threshold has so high a rate', () => {
    // The grid ends at 3.999.
    const found = validationRate(pairs([4, 4, 1, 1]), {far: 0.9, folds: 1});
    expect(found).toEqual({val: 0, deviation: 0, far: 0, thresholds: [0]});
  });

  it('accepts at the last threshold where every one keeps the rate', () => {
    const found = validationRate(pairs([1, 2, 3, 3]), {far: 1, folds: 1});
    expect(found.thresholds[0]).toBeCloseTo(3.999, 12);
    expect(found).toMatchObject({val: 1, far: 1});
  });

  it('interpolates between the last threshold that keeps the rate and the next', () => {
    // Of four impostors one is accepted from 1.001 on, two from 2.001 on.
    const found = validationRate(pairs([1, 2, 3, 3]), {far: 0.375, folds: 1});
    expect(found.thresholds[0]).toBeCloseTo(2.0005, 9);
    expect(found.far).toBe(0.5);
  });

  it('names the fold, or those beside it, that lack a kind', () => {
    const given = {distances: [1, 2, 3, 1, 2, 3], same: [1, 1, 0, 0, 0, 0]};
    expect(() => validationRate(given, {folds: [0, 0, 0, 1, 1, 1]})).toThrow(
      'the folds other than 0 must have genuine and impostor pairs, but genuine ones are missing',
    );
    expect(() => validationRate(given, {folds: [1, 1, 1, 0, 0, 0]})).toThrow(
      'fold 0 must have genuine and impostor pairs, but genuine ones are missing',
    );
    expect(() => validationRate(given, {far: -0.1})).toThrow('far must be a number from 0 to 1, but is -0.1');
  });
});

describe('the rates of a curve', () => {
  const scores = [0.9, 0.8, 0.7, 0.6, 0.5];
  const same = [1, 0, 1, 1, 0];

  it('are equal at the nearest point’s threshold', () => {
    const curve = {
      far: [0, 0, 0.4, 1],
      tar: [0, 0.5, 0.8, 1],
      thresholds: [Infinity, 3, 2, 1],
      genuine: 10,
      impostors: 10,
    };
    const as = <T extends object>(points: T) => ({
      ...points,
      far: Float64Array.from(curve.far),
      tar: Float64Array.from(curve.tar),
      thresholds: Float64Array.from(curve.thresholds),
    });
    // From FAR − FRR = −0.5 at 3 to 0.2 at 2.
    const found = equalErrorRate(as(curve));
    expect(found.threshold).toBe(2);
    expect(found.rate).toBeCloseTo((0.5 / 0.7) * 0.4, 12);
    curve.tar = [0, 0.9, 0.95, 1];
    // −0.1 and 0.35: the first is nearer.
    expect(equalErrorRate(as(curve)).threshold).toBe(3);
    curve.far = [0, 0.6, 0.8, 1];
    // Nobody is accepted at the first point, whose threshold is no number.
    expect(equalErrorRate(as(curve)).threshold).toBe(3);
  });

  it('end where everybody is accepted', () => {
    for (const interpolation of ['nearest', 'linear', 'floor'] as const) {
      const [all] = tarAtFar({scores, same}, [1], {interpolation});
      expect(all).toMatchObject({tar: 1, farOfThreshold: 1, threshold: 0.5, impostors: 2});
      const [none] = tarAtFar({scores, same}, [0], {interpolation});
      expect(none).toMatchObject({tar: 1 / 3, farOfThreshold: 0, threshold: 0.9});
    }
    expect(tarAtFar({scores, same}, [0.25], {interpolation: 'linear'})[0].tar).toBeCloseTo(1 / 3, 12);
    // Of two equally near the higher false accept rate.
    expect(tarAtFar({scores, same}, [0.25])[0]).toMatchObject({tar: 1, farOfThreshold: 0.5, threshold: 0.6});
  });

  it('keep the first and the last point where others are dropped', () => {
    const line = {scores: [5, 4, 3, 2, 1, 0], same: [1, 1, 1, 0, 0, 0]};
    expect([...roc(line).thresholds]).toEqual([Infinity, 5, 3, 0]);
    expect([...roc(line, {dropIntermediate: false}).thresholds]).toEqual([Infinity, 5, 4, 3, 2, 1, 0]);
    expect([roc(line).genuine, roc(line).impostors]).toEqual([3, 3]);
  });

  it('warn with the number of false accepts that stand behind them', () => {
    const [{warning}] = tarAtFar({scores, same}, [0.1234]);
    expect(warning).toMatch(/^FAR 0\.1234 of 2 impostor pairs is 0\.247 false accepts; below 10 /);
  });
});

describe('HardestPairs', () => {
  const hardestOf = (cosines: number[]) => {
    const hardest = new HardestPairs(3, 1);
    for (const [i, cosine] of cosines.entries()) hardest.offer(i, i + 1, cosine);
    const {scores, a, b} = hardest.pairs();
    expect([...b]).toEqual([...a].map(row => row + 1));
    return {scores: [...scores], a: [...a]};
  };

  it('keeps as many as it should where pairs are equally hard, and has room for harder ones', () => {
    const {scores, a} = hardestOf([0.5, 0.5, 0.5, 0.875, 0.5, 0.5, 0.5, 0.25, 0.5, 0.5, 0.75]);
    expect(scores).toEqual([0.875, 0.75, 0.5]);
    expect(a.slice(0, 2)).toEqual([3, 10]);
  });

  it('keeps the last that fits where none are equally hard', () => {
    const cosines = [0.125, 0.75, 0.25, 0.5, 0.625, 0.375];
    expect(hardestOf(cosines)).toEqual({scores: [0.75, 0.625, 0.5], a: [1, 4, 3]});
  });

  it.each([1, -1] as const)(
    'keeps those that a sort of all puts first, with sign %i and many equal ones',
    sign => {
      const random = seededRandom(7);
      const all = Array.from({length: 5000}, (_, i) => ({
        a: Math.floor(random() * 100),
        b: i,
        cosine: Math.fround(Math.round((2 * random() - 1) * 40) / 40),
      }));
      const hardest = new HardestPairs(300, sign);
      for (const {a, b, cosine} of all) hardest.offer(a, b, cosine);
      const expected = all
        .sort((one, other) => sign * (other.cosine - one.cosine) || one.a - other.a || one.b - other.b)
        .slice(0, 300);
      const {scores, a, b} = hardest.pairs();
      expect([...scores]).toEqual(expected.map(({cosine}) => cosine + 0));
      expect([...a]).toEqual(expected.map(pair => pair.a));
      expect([...b]).toEqual(expected.map(pair => pair.b));
    },
  );

  it('takes those below zero for less hard, and zeros of either sign for equal', () => {
    expect(hardestOf([-0.75, 0, -0.5, -0, 0])).toEqual({scores: [0, 0, 0], a: [1, 3, 4]});
    expect(hardestOf([-0.75, -0.25, -0.5]).a).toEqual([1, 2, 0]);
  });
});

describe('groupRates', () => {
  it('leaves out pairs without a group, which count for the common threshold', () => {
    const found = groupRates(
      {
        scores: [0.9, 0.2, 0.8, 0.4, 0.95, 0.3],
        same: [1, 0, 1, 0, 0, 1],
        groups: [1, 1, 'b', 'b', null, undefined],
      },
      {far: 0.34},
    );
    expect(Object.keys(found.groups)).toEqual(['1', 'b']);
    // One of the three impostors may be accepted: that without a group, at 0.95.
    expect(found.threshold).toBe(0.8);
    expect(found.groups.b).toMatchObject({genuine: 1, impostors: 1, tar: 1, far: 0});
    expect(found.gap).toEqual({tar: 0, farRatio: 1, ownTar: 0});
  });

  it('has no threshold where nobody may be accepted, and accepts at a threshold given', () => {
    const pairs = {scores: [0.2, 0.9, 0.3, 0.8], same: [1, 0, 1, 0], groups: ['a', 'a', 'b', 'b']};
    const found = groupRates(pairs, {far: 0});
    expect('threshold' in found).toBe(false);
    expect(found.groups.a).toMatchObject({tar: 0, far: 0});
    const given = groupRates(pairs, {threshold: 0.3});
    expect(given.threshold).toBe(0.3);
    expect([given.groups.a.tar, given.groups.b.tar]).toEqual([0, 1]);
    expect(given.gap.tar).toBe(1);
    expect(given.gap.farRatio).toBe(1);
  });
});

it('verificationReport has no validation rate where a fold has pairs of one kind', () => {
  const scores = [0.9, 0.8, 0.7, 0.3, 0.2, 0.1];
  const same = [1, 1, 1, 0, 0, 0];
  expect('validation' in verificationReport({scores, same}, {folds: 2})).toBe(false);
  expect('validation' in verificationReport({scores, same}, {folds: [0, 1, 0, 1, 0, 1]})).toBe(true);
  const answers = [true, true, true, false, false, false];
  expect('validation' in verificationReport({scores, same: answers}, {folds: [0, 1, 0, 1, 0, 1]})).toBe(true);
});
