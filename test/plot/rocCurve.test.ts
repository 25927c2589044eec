import {describe, expect, it} from 'vitest';
import {roc} from '../../src/evaluate/verification/roc';
import {rocCurve} from '../../src/plot/rocCurve';
import {drawnLines, emptyDocument, legendOf, parseSvg} from '../support/charts';
import {testRandom} from '../support/random';

const tiny = {name: 'tiny', ...roc({scores: [0.9, 0.8, 0.3, 0.4, 0.1, 0], same: [1, 1, 1, 0, 0, 0]})};

/** Many pairs, most of which are told apart. */
function many(pairs: number, gap: number) {
  const random = testRandom(2);
  const same = Array.from({length: pairs}, (_, i) => i % 2 === 0);
  return roc({scores: same.map(one => (one ? gap : 0) + 0.1 * random.normal()), same});
}

describe('rocCurve', () => {
  it('draws a tiny picture as it has been drawn before', async () => {
    const svg = await rocCurve({
      curves: [tiny],
      title: 'ROC',
      subtitle: '6 pairs',
      document: emptyDocument(),
    });
    await expect(svg).toMatchFileSnapshot('fixtures/rocCurve.svg');
  });

  it('has equal room for every power of ten of the false accept rate', async () => {
    const far = [0, 0.001, 0.01, 0.1, 1];
    const curve = {name: 'one', far, tar: [0.2, 0.4, 0.6, 0.8, 1], impostors: 1000} as never;
    const [line] = drawnLines(await rocCurve({curves: [curve], document: emptyDocument()}));
    const xs = [...new Set(line.points.map(([x]) => x))];
    expect(xs).toHaveLength(4);
    expect(xs[1] - xs[0]).toBeCloseTo(xs[2] - xs[1], 2);
    expect(xs[2] - xs[1]).toBeCloseTo(xs[3] - xs[2], 2);
  });

  it('holds a true accept rate until the next false accept', async () => {
    const [{points}] = drawnLines(await rocCurve({curves: [tiny], document: emptyDocument()}));
    for (let i = 1; i < points.length; i++) {
      const level = points[i][1] === points[i - 1][1];
      const upright = points[i][0] === points[i - 1][0];
      expect(level || upright).toBe(true);
    }
  });

  it('makes the ground gray where fewer than 10 false accepts decide', async () => {
    const svg = await rocCurve({curves: [{name: 'one', ...many(2000, 0.3)}], document: emptyDocument()});
    const ground = parseSvg(svg).querySelector('g[aria-label="rect"] rect');
    // Of 1000 impostor pairs: from 10⁻³ to 10⁻², the first third of the frame.
    expect(Number(ground?.getAttribute('width'))).toBeCloseTo((640 - 58 - 18) / 3, 0);
    expect(svg).toContain('fewer than 10 false accepts');
  });

  it('names curves in the legend, each in its color', async () => {
    const curves = [
      {name: 'good', ...many(400, 0.4)},
      {name: 'bad', ...many(400, 0.1)},
    ];
    const svg = await rocCurve({curves, document: emptyDocument()});
    expect(legendOf(svg)).toEqual([
      ['good', drawnLines(svg)[0].color],
      ['bad', drawnLines(svg)[1].color],
    ]);
  });

  it('draws no more points than there are pixels to see them', async () => {
    const curve = {name: 'large', ...many(60_000, 0.1)};
    const svg = await rocCurve({curves: [curve], document: emptyDocument()});
    expect(curve.far.length).toBeGreaterThan(10_000);
    expect(svg.length).toBeLessThan(60_000);
  });

  it('names what is wrong with its arguments', async () => {
    const draw = (curves: never[]) => rocCurve({curves, document: emptyDocument()});
    await expect(draw([])).rejects.toThrow('curves must hold at least one, but are empty');
    await expect(draw([{...tiny, tar: [1]} as never])).rejects.toThrow(
      'tiny must have the same number of false and true accept rates, at least one, but has 6 and 1',
    );
    await expect(rocCurve({curves: [tiny]})).rejects.toThrow(
      'rocCurve: document must be given outside a browser',
    );
  });
});
