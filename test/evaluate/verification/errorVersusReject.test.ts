import {readFileSync} from 'node:fs';
import {embeddingNorms, errorVersusReject, pairQualities, tarAtFar} from 'face-margins/evaluate';
import {describe, expect, it} from 'vitest';

/** Counted in NumPy; see make_quality.py beside the file. */
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluate/quality.json', import.meta.url), 'utf8'),
) as Record<
  'scores' | 'same' | 'qualities' | 'rejected' | 'falseRejects' | 'falseAccepts' | 'leastQuality',
  number[]
> & {
  far: number;
  threshold: number;
};
const {scores, same, qualities, far, threshold, ...curve} = golden;

function expectAll(found: number[], expected: number[]) {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 12);
  });
}

describe('errorVersusReject', () => {
  it('counts errors at every gate as NumPy does, ties and impostor pairs between included', () => {
    const found = errorVersusReject({scores, same, qualities}, {far});
    expect(found.threshold).toBe(threshold);
    expect(found).toMatchObject({genuine: 200, impostors: 200});
    for (const name of ['rejected', 'falseRejects', 'falseAccepts', 'leastQuality'] as const) {
      expectAll(found[name], curve[name]);
    }
    const given = errorVersusReject({scores, same, qualities}, {threshold});
    expect(given).toEqual({...found, warning: undefined});
  });

  it('begins with the rates of all pairs', () => {
    const [rate] = tarAtFar({scores, same}, [far], {interpolation: 'floor'});
    const found = errorVersusReject({scores, same, qualities}, {far});
    expect(found.rejected[0]).toBe(0);
    expect(found.falseRejects[0]).toBeCloseTo(1 - rate.tar, 12);
    expect(found.falseAccepts[0]).toBe(rate.farOfThreshold);
  });

  it('stays level where qualities are alike, and accepts nobody where no threshold may', () => {
    const level = errorVersusReject({scores, same, qualities: scores.map(() => 1)}, {far});
    expect(level.rejected).toEqual([0]);
    const strict = errorVersusReject({scores: [0.1, 0.9], same: [1, 0], qualities: [1, 2]}, {far: 0});
    expect(strict).toMatchObject({rejected: [0], falseRejects: [1], falseAccepts: [0], leastQuality: [1]});
    expect('threshold' in strict).toBe(false);
    expect(strict.warning).toContain('FAR 0');
  });

  it('names what is wrong with its arguments', () => {
    expect(() => errorVersusReject({scores, same, qualities: [1]})).toThrow(
      'errorVersusReject: qualities and same must have the same number of values, but have 1 and 400',
    );
    const missing = qualities.map((quality, i) => (i === 3 ? Number.NaN : quality));
    expect(() => errorVersusReject({scores, same, qualities: missing})).toThrow(
      'qualities[3] must be a finite number, but is NaN',
    );
    expect(() => errorVersusReject({scores, same, qualities}, {far: 2})).toThrow('far must be');
  });
});

describe('pairQualities', () => {
  it('takes the worse image of each pair', () => {
    expect([
      ...pairQualities(
        [20, 5, 31],
        [
          {a: 0, b: 1},
          {a: 2, b: 0},
        ],
      ),
    ]).toEqual([5, 20]);
    expect(() => pairQualities([1], [{a: 0, b: 1}])).toThrow(
      'pairQualities: pairs[0].b must be a place from 0 to 0, but is 1',
    );
    expect(() => pairQualities([Number.NaN], [{a: 0, b: 0}])).toThrow('qualities[0] must be a finite number');
  });
});

describe('embeddingNorms', () => {
  it('measures rows whose squares float64 cannot hold', () => {
    const norms = embeddingNorms({values: [3, 4, 0, 0, 3e200, 4e200, 3e-200, 4e-200], dimension: 2});
    [5, 0, 5e200, 5e-200].forEach((length, i) => {
      expect(Math.abs(norms[i] - length)).toBeLessThanOrEqual(1e-15 * length);
    });
    expect(() => embeddingNorms({values: [1, 2, 3], dimension: 2})).toThrow('embeddingNorms: embeddings');
  });
});
