import {describe, expect, it} from 'vitest';
import {calibrateScores} from '../../../src/evaluate/verification/calibrateScores';
import {groupRates} from '../../../src/evaluate/verification/groupRates';
import {roc} from '../../../src/evaluate/verification/roc';
import {tarAtFar} from '../../../src/evaluate/verification/tarAtFar';
import {validationRate} from '../../../src/evaluate/verification/validationRate';
import {verificationAccuracy} from '../../../src/evaluate/verification/verificationAccuracy';
import {verificationReport} from '../../../src/evaluate/verification/verificationReport';
import {testRandom} from '../../support/random';

const random = testRandom(11);
const same = Array.from({length: 600}, (_, i) => i % 2 === 0);
// Few scores, so that many are equal and a curve has points on a line.
const scores = same.map(one => Math.round(40 * (random.uniform() * 0.7 + (one ? 0.3 : 0))) / 40);
const pairs = {scores, same};

describe('where an option is left out', () => {
  it('verificationAccuracy has ten folds, in the order of the pairs, and the grid of InsightFace', () => {
    const found = verificationAccuracy(pairs);
    expect(found.folds).toHaveLength(10);
    expect(found).toEqual(verificationAccuracy(pairs, {folds: 10, thresholds: 'grid'}));
    const folds = same.map((_, i) => Math.floor(i / 60));
    expect(found).toEqual(verificationAccuracy(pairs, {folds}));
    expect(found.accuracy).not.toBe(verificationAccuracy(pairs, {folds: 1}).accuracy);
  });

  it('validationRate has ten folds and a false accept rate of 0.001', () => {
    const found = validationRate(pairs);
    expect(found.thresholds).toHaveLength(10);
    expect(found).toEqual(validationRate(pairs, {far: 0.001, folds: 10}));
    expect(found).not.toEqual(validationRate(pairs, {far: 0.1, folds: 10}));
  });

  it('roc and tarAtFar are as scikit-learn and InsightFace have them', () => {
    expect(roc(pairs)).toEqual(roc(pairs, {dropIntermediate: true}));
    expect(roc(pairs).far.length).toBeLessThan(roc(pairs, {dropIntermediate: false}).far.length);
    const far = 0.07;
    const [[nearest], [floor], [linear]] = (['nearest', 'floor', 'linear'] as const).map(interpolation =>
      tarAtFar(pairs, [far], {interpolation}),
    );
    expect(tarAtFar(pairs, [far])).toEqual([nearest]);
    expect(new Set([nearest.tar, floor.tar, linear.tar]).size).toBe(3);
  });

  it('calibrateScores takes both kinds for equally frequent', () => {
    expect(calibrateScores(pairs)).toEqual(calibrateScores(pairs, {prior: 0.5}));
  });

  it('groupRates looks at one false accept in a thousand', () => {
    const groups = same.map((_, i) => (i % 3 === 0 ? 'a' : 'b'));
    expect(groupRates({...pairs, groups})).toEqual(groupRates({...pairs, groups}, {far: 0.001}));
    expect(groupRates({...pairs, groups}).far).toBe(0.001);
  });

  it('verificationReport has the defaults of the figures that it gathers', () => {
    const report = verificationReport(pairs);
    expect(report.accuracy).toEqual(verificationAccuracy(pairs));
    expect(report.validation).toEqual(validationRate(pairs));
    expect(report.tarAtFar).toEqual(tarAtFar(pairs, [1e-4, 1e-3, 1e-2, 1e-1]));
    expect(report.calibration).toEqual(calibrateScores(pairs));
    expect([report.genuine, report.impostors]).toEqual([300, 300]);
    const every = verificationReport(pairs, {thresholds: 'every', folds: 5});
    expect(every.accuracy).toEqual(verificationAccuracy(pairs, {thresholds: 'every', folds: 5}));
    expect(every.validation).toEqual(validationRate(pairs, {folds: 5}));
  });
});
