import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {arcFace} from '../../src/losses/heads/arcFace';
import {cosFace} from '../../src/losses/heads/cosFace';
import {logitCurve} from '../../src/losses/scaleAndMargin/logitCurve';
import {logitCurves} from '../../src/plot/logitCurves';
import {drawnLines, emptyDocument, legendOf, parseSvg} from '../support/charts';

const flat = {name: 'one', angles: [0, Math.PI / 2, Math.PI], target: [1, 0, -1], other: [2, 1, 0]};

beforeAll(async () => {
  await useBackend('cpu');
});

describe('logitCurves', () => {
  it('draws a tiny picture as it has been drawn before', async () => {
    const svg = await logitCurves({
      curves: [flat],
      title: 'Curves',
      subtitle: 'one',
      document: emptyDocument(),
    });
    await expect(svg).toMatchFileSnapshot('fixtures/logitCurves.svg');
  });

  it('draws degrees to the right and logits upwards, both evenly', async () => {
    const [reference, target] = drawnLines(await logitCurves({curves: [flat], document: emptyDocument()}));
    const [left, middle, right] = target.points;
    expect(middle[0] - left[0]).toBeCloseTo(right[0] - middle[0], 2);
    expect(middle[1] - left[1]).toBeCloseTo(right[1] - middle[1], 2);
    expect(middle[1]).toBeGreaterThan(left[1]);
    // The other classes' logit at 90 degrees is the target's at 0.
    expect(reference.points[1][1]).toBeCloseTo(left[1], 2);
  });

  it('draws what logitCurve gives of a head, and the cosine once where heads share it', async () => {
    const config = {classes: 3, scale: 4};
    const curves = [
      {name: 'ArcFace', ...(await logitCurve(arcFace(config), 19))},
      {name: 'CosFace', ...(await logitCurve(cosFace(config), 19))},
    ];
    const svg = await logitCurves({curves, document: emptyDocument()});
    const drawn = drawnLines(svg);
    expect(drawn.map(({dashed}) => dashed)).toEqual([true, false, false]);
    expect(drawn.map(({points}) => points.length)).toEqual([19, 19, 19]);
    expect(legendOf(svg)).toEqual(
      ['other classes', 'ArcFace', 'CosFace'].map((name, i) => [name, drawn[i].color]),
    );
    expect(new Set(drawn.map(({color}) => color)).size).toBe(3);
  });

  it('names the heads of dashed lines that differ', async () => {
    const curves = [flat, {...flat, name: 'two', other: [4, 2, 0]}];
    const names = legendOf(await logitCurves({curves, document: emptyDocument()})).map(([name]) => name);
    expect(names).toEqual(['other classes, one', 'other classes, two', 'one', 'two']);
  });

  it('puts the legend into the corner that fewer lines pass', async () => {
    const angles = Array.from({length: 50}, (_, i) => (Math.PI * i) / 49);
    const anchorOf = async (logit: (theta: number) => number) => {
      const values = angles.map(logit);
      const curves = [{name: 'a head', angles, target: values, other: values}];
      const svg = await logitCurves({curves, document: emptyDocument()});
      return parseSvg(svg).querySelector('text[paint-order]')?.getAttribute('text-anchor');
    };
    expect(await anchorOf(theta => -Math.sqrt(theta))).toBe('end');
    expect(await anchorOf(theta => -(theta ** 20))).toBe('start');
  });

  it('names what is wrong with its arguments', async () => {
    const draw = (curve: object) => logitCurves({curves: [{...flat, ...curve}], document: emptyDocument()});
    await expect(logitCurves({curves: [], document: emptyDocument()})).rejects.toThrow(
      'curves must hold at least one, but are empty',
    );
    await expect(draw({target: [1]})).rejects.toThrow(
      'target of one must have one logit for each of 3 angles, but has 1',
    );
    await expect(draw({other: [1, Number.NaN, 0]})).rejects.toThrow(
      'other[1] of one must be a finite number, but is NaN',
    );
    await expect(logitCurves({curves: [flat]})).rejects.toThrow('document must be given outside a browser');
  });
});
