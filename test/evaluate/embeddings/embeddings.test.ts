import {describe, expect, it} from 'vitest';
import {aggregateTemplates} from '../../../src/evaluate/embeddings/aggregateTemplates';
import {projectEmbeddings} from '../../../src/evaluate/embeddings/projectEmbeddings';
import {pairDistances, pairScores} from '../../../src/evaluate/verification/pairDistances';
import {apart, embeddingCases, rowsOf} from '../fixtures';

const golden = embeddingCases();

describe('pairDistances and pairScores', () => {
  const {straight, mirrored, distances, cosines} = golden.pairs;
  const sums = rowsOf(straight.map((row, i) => row.map((value, d) => value + mirrored[i][d])));

  it('measure neighbors as InsightFace does, each embedding scaled to length 1', () => {
    expect(apart(pairDistances(sums), distances)).toBeLessThan(1e-12);
    expect(apart(pairScores(sums), cosines)).toBeLessThan(1e-12);
  });

  it('measure any pairs of rows', () => {
    const rows = [
      {a: 5, b: 4},
      {a: 0, b: 1},
    ];
    expect(apart(pairDistances(sums, rows), [distances[2], distances[0]])).toBeLessThan(1e-12);
    expect(apart(pairScores(sums, rows), [cosines[2], cosines[0]])).toBeLessThan(1e-12);
  });

  it('take an embedding of length zero as it is', () => {
    expect(pairDistances({values: [0, 0, 3, 4], dimension: 2})[0]).toBeCloseTo(1, 12);
    expect(Array.from(pairScores({values: [0, 0, 3, 4], dimension: 2}))).toEqual([0]);
  });

  it('name what is wrong with their arguments', () => {
    const two = {values: [1, 0, 0, 1], dimension: 2};
    expect(() => pairDistances({values: [1, 2, 3], dimension: 2})).toThrow(
      'embeddings must hold rows of dimension 2, but hold 3 values',
    );
    expect(() => pairDistances({values: [1, 2], dimension: 2})).toThrow(
      'embeddings must have an even number of rows where pairs are left out, but have 1',
    );
    expect(() => pairScores({values: [1, 0, 0, Number.NaN], dimension: 2})).toThrow(
      'embeddings must hold finite numbers, but row 1 holds NaN',
    );
    expect(() => pairScores(two, [{a: 0, b: 2}])).toThrow('pairs[0].b must be a row from 0 to 1, but is 2');
  });
});

describe('aggregateTemplates', () => {
  const {embeddings, templates, media, ids, values} = golden.templates;

  it('gives InsightFace’s means over media and sums over templates', () => {
    const found = aggregateTemplates({embeddings: rowsOf(embeddings), templates, media});
    expect(found.templates).toEqual(ids);
    expect(apart(found.values, values.flat())).toBeLessThan(1e-6);
  });

  it('names what is wrong with its arguments', () => {
    const rows = rowsOf(embeddings);
    expect(() => aggregateTemplates({embeddings: rows, templates: [1], media})).toThrow(
      'templates must have one value for each of 12 embeddings, but has 1',
    );
    expect(() => aggregateTemplates({embeddings: rows, templates, media: []})).toThrow(
      'media must have one value for each of 12 embeddings, but has 0',
    );
  });
});

describe('projectEmbeddings', () => {
  const {embeddings, unit, raw} = golden.projection;

  it.each([
    ['scaled to length 1', true, unit],
    ['as they are', false, raw],
  ] as const)(
    'gives scikit-learn’s principal components of embeddings %s, signs too',
    (_, normalize, expected) => {
      const {points, explained} = projectEmbeddings(rowsOf(embeddings), {normalize});
      expect(apart(points, expected.points.flat())).toBeLessThan(1e-6);
      expect(apart(explained, expected.explained)).toBeLessThan(1e-9);
    },
  );

  it('puts embeddings that are all alike, or lie on a line, where they belong', () => {
    const same = projectEmbeddings({values: [1, 2, 3, 1, 2, 3], dimension: 3});
    expect(apart(same.points, [0, 0, 0, 0])).toBeLessThan(1e-12);
    expect(same.explained).toEqual([0, 0]);
    const line = projectEmbeddings({values: [0, 0, 1, 1, 3, 3], dimension: 2}, {normalize: false});
    const along = [-4, -1, 5].map(value => (value * Math.SQRT2) / 3);
    expect(
      apart(
        line.points,
        along.flatMap(value => [value, 0]),
      ),
    ).toBeLessThan(1e-6);
    expect(line.explained[0]).toBeCloseTo(1, 12);
  });

  it('refuses what spans no plane', () => {
    expect(() => projectEmbeddings({values: [1, 2], dimension: 2})).toThrow(
      'embeddings must be at least 2 rows of dimension 2, which span a plane, but are [1, 2]',
    );
    expect(() => projectEmbeddings({values: [1, 2], dimension: 1})).toThrow(
      'embeddings must be at least 2 rows of dimension 2, which span a plane, but are [2, 1]',
    );
  });
});
