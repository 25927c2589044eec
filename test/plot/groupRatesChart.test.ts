import {groupReport, pairsWithinGroups} from 'face-margins/evaluate';
import {groupRatesChart} from 'face-margins/plot';
import {describe, expect, it} from 'vitest';
import {emptyDocument, parseSvg} from '../support/charts';

const pairs = pairsWithinGroups(
  Array.from({length: 40}, (_, i) => i >> 2),
  Array.from({length: 40}, (_, i) => (i < 20 ? 'day' : 'night')),
);
const scores = Float64Array.from(pairs.same, (same, i) => (same ? 0.5 : 0) + ((i * 37) % 101) / 100);
const report = groupReport({...pairs, scores}, {fars: [0.01, 0.1], replicates: 50});
const draw = (options = {}) => groupRatesChart({report, document: emptyDocument(), ...options});

describe('groupRatesChart', () => {
  it('marks each rate within its interval, and prints it', async () => {
    const svg = parseSvg(await draw({far: 0.1}));
    const dots = [...svg.querySelectorAll('g[aria-label="dot"]')].map(group =>
      [...group.querySelectorAll('circle')].map(dot => Number(dot.getAttribute('cx'))),
    );
    const lines = [...svg.querySelectorAll('g[aria-label="rule"]')].map(group =>
      [...group.querySelectorAll('line')].map(line => [
        Number(line.getAttribute('x1')),
        Number(line.getAttribute('x2')),
      ]),
    );
    expect(dots.map(({length}) => length)).toEqual([2, 2]);
    dots.forEach((group, kind) => {
      group.forEach((x, i) => {
        expect(x).toBeGreaterThanOrEqual(lines[kind][i][0]);
        expect(x).toBeLessThanOrEqual(lines[kind][i][1]);
      });
    });
    const said = svg.documentElement.textContent ?? '';
    for (const {rates} of Object.values(report.groups)) {
      expect(said).toContain(`${(100 * rates[1].common.tar.value).toFixed(1)} %`);
    }
    expect(said).toContain('FAR 0.1');
  });

  it('names a rate that the report does not have', async () => {
    await expect(draw({far: 0.5})).rejects.toThrow(
      'far must be a rate of the report, one of 0.01, 0.1, but is 0.5',
    );
  });
});
