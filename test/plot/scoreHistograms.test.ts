import {describe, expect, it} from 'vitest';
import {scoreHistograms} from '../../src/plot/scoreHistograms';
import {drawnLines, emptyDocument, legendOf, parseSvg} from '../support/charts';

const tiny = {
  scores: [0.9, 0.8, 0.3, 0.4, 0.1, 0],
  same: [1, 1, 1, 0, 0, 0],
  bins: 9,
  document: emptyDocument(),
};

/** The bars of the genuine and of the impostor pairs, in pixels. */
const bars = (svg: string) =>
  [...parseSvg(svg).querySelectorAll('g[aria-label="rect"]')].map(group =>
    [...group.querySelectorAll('rect')].map(bar => Number(bar.getAttribute('height'))),
  );

describe('scoreHistograms', () => {
  it('draws a tiny picture as it has been drawn before', async () => {
    const svg = await scoreHistograms({...tiny, threshold: 0.5, title: 'Scores', subtitle: '6 pairs'});
    await expect(svg).toMatchFileSnapshot('fixtures/scoreHistograms.svg');
  });

  it('draws each kind as parts of itself, every score once', async () => {
    const [genuine, impostors] = bars(
      await scoreHistograms({...tiny, scores: [...tiny.scores, 0.05], same: [...tiny.same, 0]}),
    );
    const whole = (heights: number[]) => heights.reduce((sum, height) => sum + height, 0);
    expect(whole(genuine)).toBeCloseTo(whole(impostors), 1);
    expect(genuine.filter(height => height > 0)).toHaveLength(2);
    // 0.8 and the highest score, 0.9, are in the last bar: twice as many as 0.3.
    expect(genuine[8]).toBeCloseTo(2 * genuine[3], 1);
  });

  it('says how many pairs of each kind there are', async () => {
    const svg = await scoreHistograms(tiny);
    expect(legendOf(svg)).toEqual([
      ['genuine pairs (3)', drawnLines(svg)[0].color],
      ['impostor pairs (3)', drawnLines(svg)[1].color],
    ]);
  });

  it('marks the threshold, and widens the picture to hold it', async () => {
    const lineAt = async (threshold?: number) => {
      const rule = parseSvg(await scoreHistograms({...tiny, threshold})).querySelector(
        'g[aria-label="rule"] line',
      );
      return rule && Number(rule.getAttribute('x1'));
    };
    expect(await lineAt()).toBeNull();
    expect(await lineAt(0.45)).toBeCloseTo(58 + (640 - 58 - 18) / 2, 0);
    expect(await lineAt(5)).toBeCloseTo(640 - 18, 0);
  });

  it('draws scores that are all equal', async () => {
    const [genuine, impostors] = bars(await scoreHistograms({...tiny, scores: tiny.scores.map(() => 0.5)}));
    expect(genuine).toEqual(impostors);
  });

  it('names what is wrong with its arguments', async () => {
    await expect(scoreHistograms({...tiny, bins: 0})).rejects.toThrow('bins must be a whole number');
    await expect(scoreHistograms({...tiny, same: [1]})).rejects.toThrow(
      'scores and same must have the same number of values, but have 6 and 1',
    );
    await expect(scoreHistograms({...tiny, document: undefined})).rejects.toThrow(
      'document must be given outside a browser',
    );
  });
});
