import {describe, expect, it} from 'vitest';
import {aggregateTemplates} from '../../../src/evaluate/embeddings/aggregateTemplates';
import {projectEmbeddings} from '../../../src/evaluate/embeddings/projectEmbeddings';
import {pairDistances, pairScores} from '../../../src/evaluate/verification/pairDistances';
import {awkwardMatrix} from '../../support/awkwardMatrix';
import {randomMatrix, testRandom} from '../../support/random';
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

  it.each([1e-300, 1e-160, 1e-38, 1e38, 1e160, 1e300])(
    'measure the same where every other embedding is %d times as long',
    size => {
      const dimension = sums.dimension;
      const values = sums.values.map((value, i) => (Math.floor(i / dimension) % 2 ? value * size : value));
      expect(apart(pairDistances({values, dimension}), distances)).toBeLessThan(1e-12);
      expect(apart(pairScores({values, dimension}), cosines)).toBeLessThan(1e-12);
    },
  );

  it('measure the smallest and the largest numbers there are', () => {
    const [least, most] = [Number.MIN_VALUE, Number.MAX_VALUE];
    const values = [least, least, most, most, least, 0, 0, most];
    expect(apart(pairScores({values, dimension: 2}), [1, 0])).toBeLessThan(1e-12);
  });

  it('take an embedding of length zero as it is', () => {
    expect(pairDistances({values: [0, 0, 3, 4], dimension: 2})[0]).toBeCloseTo(1, 12);
    expect(Array.from(pairScores({values: [0, 0, 3, 4], dimension: 2}))).toEqual([0]);
  });

  it('equal loops in float64 to the bit, of rows of every size, zeros and repeated pairs', () => {
    const random = testRandom(4);
    const matrix = [...randomMatrix(random, 20, 7), ...awkwardMatrix(random, 20, 7)];
    const pairs = Array.from({length: 60}, (_, i) => ({a: random.integer(40), b: i % 3 === 0 ? 5 : i % 40}));
    pairs.push(pairs[0], pairs[0], {a: 9, b: 9});
    const units = matrix.map(row => {
      const scale = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      return row.map(value => value * (Number.isFinite(scale) ? scale : 1));
    });
    const total = (terms: number[]) => terms.reduce((sum, term) => sum + term, 0);
    const expected = (term: (x: number, y: number) => number) =>
      Float64Array.from(pairs, ({a, b}) => total(units[a].map((x, d) => term(x, units[b][d]))));
    expect(pairScores(rowsOf(matrix), pairs)).toEqual(expected((x, y) => x * y));
    expect(pairDistances(rowsOf(matrix), pairs)).toEqual(expected((x, y) => (x - y) ** 2));
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

  it('equals loops in float64 to the bit, of images in any order, one of a medium and many', () => {
    const random = testRandom(5);
    const matrix = [...randomMatrix(random, 90, 6), ...randomMatrix(random, 10, 6, 0)];
    const ofImages = matrix.map((_, i) => (i < 90 ? random.integer(4) : 9));
    // Half of all images are of one video; templates share the numbers of media.
    const ofMedia = matrix.map((_, i) => (i % 2 === 0 ? 0 : random.integer(8)));
    const found = aggregateTemplates({embeddings: rowsOf(matrix), templates: ofImages, media: ofMedia});
    expect(found.templates).toEqual([0, 1, 2, 3, 9]);
    found.templates.forEach((template, row) => {
      const sum = new Float64Array(6);
      const own = [...matrix.keys()].filter(i => ofImages[i] === template);
      for (const medium of new Set(own.map(i => ofMedia[i]))) {
        const images = own.filter(i => ofMedia[i] === medium);
        for (const i of images)
          matrix[i].forEach((value, d) => {
            sum[d] += value / images.length;
          });
      }
      const length = Math.hypot(...sum) || 1;
      expect(found.values.slice(6 * row, 6 * row + 6)).toEqual(
        Float32Array.from(sum, value => value / length),
      );
    });
  });

  it.each([1e-300, 1e300])('gives unit rows of embeddings %d times as long', size => {
    const rows = rowsOf(embeddings.map(row => row.map(value => value * size)));
    const found = aggregateTemplates({embeddings: rows, templates, media});
    expect(apart(found.values, values.flat())).toBeLessThan(1e-6);
  });

  it('names what is wrong with its arguments', () => {
    const rows = rowsOf(embeddings);
    for (const wrong of [0.5, Number.NaN]) {
      const some = (ids: number[]) => ids.map((id, i) => (i === 1 ? wrong : id));
      expect(() => aggregateTemplates({embeddings: rows, templates: some(templates), media})).toThrow(
        `templates[1] must be a whole number, but is ${wrong}`,
      );
      expect(() => aggregateTemplates({embeddings: rows, templates, media: some(media)})).toThrow(
        `media[1] must be a whole number, but is ${wrong}`,
      );
    }
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

  it.each([1e-300, 1e-38, 1e38, 1e300])('projects directions of embeddings %d times as long', size => {
    const rows = rowsOf(embeddings.map((row, i) => row.map(value => (i % 2 ? value * size : value))));
    const {points, explained} = projectEmbeddings(rows);
    expect(apart(points, unit.points.flat())).toBeLessThan(1e-6);
    expect(apart(explained, unit.explained)).toBeLessThan(1e-9);
  });

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
