import {describe, expect, it} from 'vitest';
import {groupRates} from '../../../src/evaluate/verification/groupRates';
import {embeddingCases} from '../fixtures';

const {scores, same, groups, far, threshold, rates} = embeddingCases().groups;

describe('groupRates', () => {
  it('counts each group at the common threshold and at its own', () => {
    const found = groupRates({scores, same, groups}, {far});
    expect(found.threshold).toBe(threshold);
    expect(Object.keys(found.groups)).toEqual(['a', 'b']);
    for (const [name, golden] of Object.entries(rates)) {
      const rate = found.groups[name];
      expect(rate).toMatchObject({tar: golden.tar, far: golden.far, genuine: 60, impostors: 60});
      expect(rate.own).toMatchObject({
        threshold: golden.ownThreshold,
        tar: golden.ownTar,
        farOfThreshold: golden.ownFar,
      });
      expect(rate.warning).toMatch(`of 60 impostor pairs of ${name} is 3 false accepts`);
    }
    expect(found.gap.tar).toBeCloseTo(Math.abs(rates.a.tar - rates.b.tar), 12);
    expect(found.gap.ownTar).toBeCloseTo(Math.abs(rates.a.ownTar - rates.b.ownTar), 12);
    expect(found.gap.farRatio).toBeCloseTo(rates.b.far / rates.a.far, 12);
  });

  it('finds no gap between groups that are alike', () => {
    const found = groupRates({
      scores: [...scores, ...scores],
      same: [...same, ...same],
      groups: scores.flatMap(() => [0, 0]).map((_, i) => (i < scores.length ? 1 : 2)),
    });
    expect(found.gap).toEqual({tar: 0, farRatio: 1, ownTar: 0});
  });

  it('takes the threshold of a deployed system', () => {
    const found = groupRates({scores, same, groups}, {far, threshold: -2});
    expect(found.threshold).toBe(-2);
    expect(found.groups.a).toMatchObject({tar: 1, far: 1});
  });

  it('names what is wrong with its arguments', () => {
    expect(() => groupRates({scores, same, groups: ['a']})).toThrow(
      'groups must have one value, or null, for each of 360 pairs, but has 1',
    );
    expect(() => groupRates({scores, same, groups: scores.map(() => null)})).toThrow(
      'groups must name the group of some pair, but names none',
    );
    const unknown = scores.map((_, i) => (i === 3 ? Number.NaN : 1));
    expect(() => groupRates({scores, same, groups: unknown})).toThrow(
      'groups[3] must be a name, a number or null, but is NaN',
    );
    const lonely = scores.map((_, i) => (i === 0 ? 'lonely' : 'a'));
    expect(() => groupRates({scores, same, groups: lonely})).toThrow(
      'group lonely: pairs must be of both kinds, but all 1 are of one person',
    );
    expect(() => groupRates({scores, same, groups}, {far: 2})).toThrow(
      'far must be a number from 0 to 1, but is 2',
    );
    expect(() => groupRates({scores, same, groups}, {threshold: Number.NaN})).toThrow(
      'groupRates: threshold must be a finite number, but is NaN',
    );
  });
});
