import {clusteringMemory, clusterScores, suggestClustering} from 'face-margins/cluster';
import {describe, expect, it} from 'vitest';
import {golden} from './golden';

describe('clusterScores', () => {
  it.each(golden.scores)('gives the scores of scikit-learn: $nmi', ({labels, identities, ...expected}) => {
    const scores = clusterScores(labels, identities);
    const close = (actual: number, wanted: number) => expect(Math.abs(actual - wanted)).toBeLessThan(1e-12);
    for (const name of ['pairwise', 'bCubed'] as const) {
      const {precision, recall, f} = scores[name];
      const [p, r] = expected[name];
      close(precision, p);
      close(recall, r);
      close(f, p + r > 0 ? (2 * p * r) / (p + r) : 0);
    }
    close(scores.nmi, expected.nmi);
    close(scores.ari, expected.ari);
    expect(scores.clusters).toBe(expected.clusters);
    expect(scores.setAside).toBe(labels.filter(label => label === -1).length);
  });

  it('does not depend on the numbers that people and clusters have', () => {
    const {labels, identities} = golden.scores[0];
    const renamed = clusterScores(
      labels.map(label => 1e6 - 7 * label),
      identities.map(person => -person),
    );
    expect(renamed).toEqual(clusterScores(labels, identities));
  });

  it('refuses numbers that do not match, or are not whole', () => {
    expect(() => clusterScores([0, 1], [0])).toThrow(
      'clusterScores: labels and identities must have one number for each image, but have 2 and 1.',
    );
    expect(() => clusterScores([], [])).toThrow('but have 0 and 0');
    expect(() => clusterScores([0.5], [0])).toThrow(
      'clusterScores: labels[0] must be a whole number, but is 0.5.',
    );
  });
});

describe('suggestClustering', () => {
  it.each<[count: number, megabytes: number, method: string]>([
    [1, 2000, 'averageLinkage'],
    [20_000, 2000, 'averageLinkage'],
    [20_000, 500, 'infomap'],
    [200_000, 2000, 'infomap'],
    [800_000, 2000, 'chineseWhispers'],
    [1_400_000, 2000, 'consensusPropagation'],
  ])('for %d faces and %d MB says %s', (count, megabytes, method) => {
    const suggestion = suggestClustering(count, {megabytes});
    expect(suggestion.method).toBe(method);
    expect(suggestion.megabytes).toBeLessThanOrEqual(megabytes);
  });

  it('tells the memory of pairs to the byte', () => {
    expect(clusteringMemory('averageLinkage', {count: 1000})).toBeCloseTo((4 * 499_500 + 100_000) / 1e6, 9);
    expect(() => clusteringMemory('averageLinkage', {count: 0})).toThrow('clusteringMemory: count must be');
    expect(() => clusteringMemory('ward' as 'kMeans', {count: 1})).toThrow(
      'clusteringMemory: method must be one of',
    );
  });
});
