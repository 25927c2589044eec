import {describe, expect, it} from 'vitest';
import {auc} from '../../../src/evaluate/verification/auc';
import {calibratedScore, calibrateScores} from '../../../src/evaluate/verification/calibrateScores';
import {equalErrorRate} from '../../../src/evaluate/verification/equalErrorRate';
import {roc} from '../../../src/evaluate/verification/roc';
import {tarAtFar} from '../../../src/evaluate/verification/tarAtFar';
import {validationRate} from '../../../src/evaluate/verification/validationRate';
import {verificationAccuracy} from '../../../src/evaluate/verification/verificationAccuracy';
import {verificationReport} from '../../../src/evaluate/verification/verificationReport';
import {testRandom} from '../../support/random';
import {apart, verificationCases} from '../fixtures';

const pairs = {scores: [0.9, 0.7, 0.6, 0.1], same: [true, false, true, false]};

describe.each(verificationCases())('figures of pairs, $name', golden => {
  const {scores, same, folds, fars} = golden;

  it('have the accuracy, the deviation and the thresholds of the ten-fold protocol', () => {
    for (const given of [
      {scores, same},
      {distances: scores.map(cosine => 2 - 2 * cosine), same},
    ]) {
      const found = verificationAccuracy(given, {folds});
      expect(found.accuracy).toBeCloseTo(golden.tenFold.accuracy, 12);
      expect(found.deviation).toBeCloseTo(golden.tenFold.deviation, 12);
      expect(found.folds.map(fold => fold.accuracy)).toEqual(golden.tenFold.accuracies);
      expect(found.folds.map(fold => fold.threshold)).toEqual(golden.tenFold.thresholds);
    }
  });

  it('have the validation rate of SciPy’s spline over the false accept rate', () => {
    const {val} = golden;
    if (val === null) {
      expect(() => validationRate({scores, same}, {folds})).toThrow(/no (genuine|impostor) pairs/);
      return;
    }
    const found = validationRate({scores, same}, {folds, far: val.target});
    expect(found.val).toBeCloseTo(val.val, 12);
    expect(found.deviation).toBeCloseTo(val.deviation, 12);
    expect(found.far).toBeCloseTo(val.far, 12);
    expect(apart(found.thresholds, val.thresholds)).toBeLessThan(1e-12);
  });

  it('have scikit-learn’s curve, with the points in between and without', () => {
    for (const [dropIntermediate, curve] of [
      [true, golden.roc],
      [false, golden.fullRoc],
    ] as const) {
      const found = roc({scores, same}, {dropIntermediate});
      expect(Array.from(found.far)).toEqual(curve.far);
      expect(Array.from(found.tar)).toEqual(curve.tar);
      // Of 0 and −0, which are one score, either will do.
      expect(apart(found.thresholds.slice(1), curve.thresholds)).toBe(0);
      expect(found.thresholds[0]).toBe(Infinity);
    }
  });

  it('have scikit-learn’s area and the equal error rate on the same curve', () => {
    for (const dropIntermediate of [true, false]) {
      const curve = roc({scores, same}, {dropIntermediate});
      expect(auc(curve)).toBeCloseTo(golden.auc, 12);
      expect(equalErrorRate(curve).rate).toBeCloseTo(golden.eer, 10);
    }
  });

  it.each(['nearest', 'linear', 'floor'] as const)(
    'have the true accept rates at false ones, %s',
    interpolation => {
      const found = tarAtFar({scores, same}, fars, {interpolation});
      expect(
        apart(
          found.map(({tar}) => tar),
          golden[interpolation],
        ),
      ).toBeLessThan(1e-12);
    },
  );

  it('have true accept rates that the thresholds keep', () => {
    for (const {tar, farOfThreshold, far, threshold = Infinity} of tarAtFar({scores, same}, fars, {
      interpolation: 'floor',
    })) {
      const part = (kind: number) =>
        scores.filter((score, i) => same[i] === kind && score >= threshold).length /
        same.filter(answer => answer === kind).length;
      expect(tar).toBe(part(1));
      expect(farOfThreshold).toBe(part(0));
      expect(farOfThreshold).toBeLessThanOrEqual(far);
    }
  });

  it('have the probabilities of Platt’s logistic regression', () => {
    if (golden.platt === null) {
      expect(() => calibrateScores({scores, same})).toThrow(
        `scores must differ, but all ${scores.length} are 0.5`,
      );
      return;
    }
    const prior = same.filter(Boolean).length / same.length;
    const found = calibrateScores({scores, same}, {prior});
    const {slope, intercept} = golden.platt;
    for (const score of [-1, 0, 0.3, 1]) {
      const probability = 1 / (1 + Math.exp(-(slope * score + intercept)));
      expect(calibratedScore(found, score)).toBeCloseTo(probability, 6);
    }
  });

  it('are all in the report', () => {
    if (golden.platt === null) return;
    const report = verificationReport({scores, same}, {folds, fars});
    expect(report.accuracy.accuracy).toBeCloseTo(golden.tenFold.accuracy, 12);
    expect(report.validation === undefined).toBe(golden.val === null);
    expect(report.auc).toBeCloseTo(golden.auc, 12);
    expect(report.equalErrorRate.rate).toBeCloseTo(golden.eer, 10);
    expect(
      apart(
        report.tarAtFar.map(({tar}) => tar),
        golden.nearest,
      ),
    ).toBeLessThan(1e-12);
    expect(report.genuine + report.impostors).toBe(scores.length);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('tarAtFar', () => {
  it('warns where few impostor pairs stand behind a rate', () => {
    const random = testRandom(1);
    const many = Array.from({length: 2000}, () => random.uniform());
    const same = many.map((_, i) => i % 2 === 0);
    const [strict, loose] = tarAtFar({scores: many, same}, [0.005, 0.01]);
    expect(strict.impostors).toBe(1000);
    expect(strict.warning).toMatch('FAR 0.005 of 1000 impostor pairs is 5 false accepts; below 10');
    expect(loose.warning).toBeUndefined();
  });

  it('accepts nobody where no false accept is allowed and an impostor is first', () => {
    const [found] = tarAtFar({scores: [0.2, 0.9], same: [1, 0]}, [0]);
    expect(found).toMatchObject({tar: 0, farOfThreshold: 0});
    // Neither Infinity nor, after JSON, null, which every positive score would reach.
    expect('threshold' in found).toBe(false);
  });
});

describe('calibrateScores', () => {
  it('moves from the part of genuine pairs in the test to that in use, by Bayes’ rule', () => {
    const random = testRandom(3);
    const same = Array.from({length: 2000}, (_, i) => i % 4 === 0);
    const scores = same.map(one => (one ? 0.5 : 0.2) + 0.1 * random.normal());
    const odds = (prior: number) => {
      const probability = calibratedScore(calibrateScores({scores, same}, {prior}), 0.37);
      return probability / (1 - probability);
    };
    expect(odds(0.5) / odds(0.25)).toBeCloseTo(3, 8);
    // Two normal distributions of one width: the log-odds are 30 (s − 0.35), which is what logistic regression must find.
    expect(Math.log(odds(0.5))).toBeCloseTo(30 * 0.02, 0);
  });

  it('stays between 0 and 1 for scores beyond those seen, and rises', () => {
    const calibration = calibrateScores({scores: [0.9, 0.8, 0.1, 0], same: [1, 1, 0, 0]});
    const probabilities = [-1e6, 0, 0.5, 1, 1e6].map(score => calibratedScore(calibration, score));
    expect(probabilities[0]).toBe(0);
    expect(probabilities[4]).toBe(1);
    expect([...probabilities].sort((a, b) => a - b)).toEqual(probabilities);
    expect(() => calibratedScore(calibration, Number.NaN)).toThrow(
      'score must be a finite number, but is NaN',
    );
  });

  it('does not depend on the unit of the scores', () => {
    const {scores, same} = verificationCases()[0];
    const plain = calibrateScores({scores, same});
    const large = calibrateScores({scores: scores.map(score => 1e6 * score - 5e8), same});
    expect(calibratedScore(large, 1e6 * 0.4 - 5e8)).toBeCloseTo(calibratedScore(plain, 0.4), 8);
  });
});

describe('verificationAccuracy', () => {
  it('takes a pair at the threshold for two persons, and the lowest of thresholds that are as good', () => {
    // The distances are 0.5 and 1: 0.51 is the first threshold with the genuine pair below it.
    const given = {distances: [0.5, 1, 0.5, 1], same: [1, 0, 1, 0]};
    expect(verificationAccuracy(given, {folds: 2}).folds.map(fold => fold.threshold)).toEqual([0.51, 0.51]);
  });

  it('never chooses a threshold on the fold it is tested on', () => {
    const given = {distances: [0.1, 3, 0.1, 3, 2.5, 3.5, 2.5, 3.5], same: [1, 0, 1, 0, 1, 0, 1, 0]};
    expect(verificationAccuracy(given, {folds: 2}).folds).toEqual([
      // At 2.51, the first that suits the second half, every pair of the first half is right.
      {accuracy: 1, threshold: 251 * 0.01},
      {accuracy: 0.5, threshold: 0.11},
    ]);
    expect(verificationAccuracy(given, {folds: 1}).accuracy).toBe(1);
  });

  it('tries every threshold there is where asked to: one between distances that share a step of the grid', () => {
    const given = {distances: [0.501, 0.503, 0.501, 0.503], same: [1, 0, 1, 0]};
    expect(verificationAccuracy(given, {folds: 2}).accuracy).toBe(0.5);
    const {accuracy, threshold} = verificationAccuracy(given, {folds: 2, thresholds: 'every'});
    expect([accuracy, threshold]).toEqual([1, 0.502]);
  });

  it('finds by every threshold what trying each one finds', () => {
    const random = testRandom(7);
    const same = Array.from({length: 200}, (_, i) => i % 2);
    // Few distances, so that many are equal.
    const distances = same.map(one => Math.round(20 * (random.uniform() + (one ? 0 : 0.4))) / 20);
    const told = (parts: number[], t: number) =>
      parts.filter(i => distances[i] < t === (same[i] === 1)).length;
    const expected = [0, 1, 2, 3].map(fold => {
      const test = same.map((_, i) => i).filter(i => Math.floor(i / 50) === fold);
      const others = same.map((_, i) => i).filter(i => Math.floor(i / 50) !== fold);
      const steps = [...new Set(others.map(i => distances[i]))].sort((a, b) => a - b);
      const tried = steps.map((d, i) => (d + (steps[i + 1] ?? 4)) / 2);
      const most = Math.max(...tried.map(t => told(others, t)));
      const threshold = tried.find(t => told(others, t) === most) as number;
      return {accuracy: told(test, threshold) / 50, threshold};
    });
    expect(verificationAccuracy({distances, same}, {folds: 4, thresholds: 'every'}).folds).toEqual(expected);
  });

  it('warns where the grid cannot tell cosines apart that every threshold can, and nowhere else', () => {
    // As of a network that has learned little: cosines near 0.99, of two normal distributions two deviations apart. The best threshold
    // lies between their means and tells Φ(1) = 84.1 % of the pairs.
    const random = testRandom(3);
    const same = Array.from({length: 2000}, (_, i) => i % 2);
    const scoresOf = (deviation: number) =>
      same.map(one => 0.9825 + deviation * (random.normal() + (one ? 1 : -1)));
    const narrow = {scores: scoresOf(0.001), same};
    const every = verificationAccuracy(narrow, {thresholds: 'every'});
    expect(every.accuracy).toBeGreaterThan(0.82);
    expect(every.accuracy).toBeLessThan(0.86);
    expect(every.warning).toBeUndefined();
    const grid = verificationAccuracy(narrow);
    expect(grid.accuracy).toBeLessThan(0.75);
    const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
    expect(grid.warning).toContain(
      `InsightFace's grid of thresholds gives an accuracy of ${percent(grid.accuracy)}, and every threshold one of ${percent(every.accuracy)}`,
    );
    for (const thresholds of ['grid', 'every'] as const) {
      const report = verificationReport(narrow, {thresholds});
      expect(report.accuracy.accuracy).toBe((thresholds === 'grid' ? grid : every).accuracy);
      expect(report.accuracyBy).toEqual({grid: grid.accuracy, every: every.accuracy});
      expect(report.warning).toBe(grid.warning);
      expect(report.auc).toBeGreaterThan(0.9);
    }
    const wide = verificationReport({scores: scoresOf(0.1).map(score => score - 0.5), same});
    expect(Math.abs(wide.accuracyBy.grid - wide.accuracyBy.every)).toBeLessThan(0.005);
    expect(wide).not.toHaveProperty('warning');
  });

  it('names what is wrong with its arguments', () => {
    const accuracy = (change: object, folds: number | number[] = 2) =>
      verificationAccuracy({...pairs, ...change}, {folds});
    expect(() => accuracy({scores: [1, 0]})).toThrow(
      'scores and same must have the same number of values, but have 2 and 4',
    );
    expect(() => accuracy({scores: [], same: []})).toThrow(
      'scores must have one value for each pair, but are empty',
    );
    expect(() => accuracy({scores: [1, Number.NaN, 0, 0]})).toThrow(
      'scores[1] must be a finite number, but is NaN',
    );
    expect(() => accuracy({same: [1, 1, 1, 1]})).toThrow(
      'pairs must be of both kinds, but all 4 are of one person',
    );
    expect(() => accuracy({same: [0, 0, 0, 0]})).toThrow(
      'pairs must be of both kinds, but all 4 are of different persons',
    );
    expect(() => accuracy({same: [0, 1, 2, 0]})).toThrow('same[2] must be true or 1, false or 0, but is 2');
    expect(() => accuracy({scores: [0, 0.5, 40, 0]})).toThrow(
      'scores[2] must be from -1 to 1, as cosines are, but is 40',
    );
    expect(() => accuracy({}, 5)).toThrow('folds must be at most 4, the number of pairs, but is 5');
    expect(() => accuracy({}, 0)).toThrow('folds must be a whole number of 1 or more, but is 0');
    expect(() => accuracy({}, [0, 1])).toThrow('folds must have one value for each of 4 pairs, but has 2');
    expect(() => accuracy({}, [0, 1, 3, 1])).toThrow(
      'folds must be numbered 0 to 2, none left out, but one is 3',
    );
    const thresholds = 'all' as 'every';
    expect(() => verificationAccuracy(pairs, {folds: 2, thresholds})).toThrow('must be one of grid, every');
    expect(() => verificationAccuracy({distances: [-1, 2], same: [1, 0]})).toThrow(
      'distances[0] must be from 0 to 4, as squared distances of unit embeddings are, but is -1',
    );
  });
});

describe('checks of pairs', () => {
  it.each([
    ['roc', roc],
    ['calibrateScores', calibrateScores],
    ['validationRate', validationRate],
  ] as const)('%s refuses one kind only, NaN, lengths that differ, and nothing', (name, figure) => {
    expect(() => figure({scores: [0.1, 0.2], same: [1, 1]})).toThrow(
      `${name}: pairs must be of both kinds, but all 2 are of one person`,
    );
    expect(() => figure({scores: [0.1, Number.NaN], same: [1, 0]})).toThrow(
      `${name}: scores[1] must be a finite number, but is NaN`,
    );
    expect(() => figure({scores: [0.1], same: [1, 0]})).toThrow(
      `${name}: scores and same must have the same number of values, but have 1 and 2`,
    );
    expect(() => figure({scores: [], same: []})).toThrow(
      `${name}: scores must have one value for each pair, but are empty`,
    );
  });

  it('say which fold has no pairs of one kind', () => {
    expect(() => validationRate({scores: [0.5, 0.4, 0.2, 0.1], same: [1, 1, 0, 0]}, {folds: 2})).toThrow(
      'fold 0 must have genuine and impostor pairs, but impostor ones are missing: mix both kinds',
    );
  });

  it('say which rate is none', () => {
    expect(() => tarAtFar(pairs, [0.1, 2])).toThrow('fars[1] must be a number from 0 to 1, but is 2');
    expect(() => tarAtFar(pairs, [0.1], {interpolation: 'cubic' as never})).toThrow(
      'interpolation must be one of',
    );
    expect(() => calibrateScores(pairs, {prior: 1})).toThrow('prior must be above 0 and below 1, but is 1');
  });
});
