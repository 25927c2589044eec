import {errorVersusRejectCurve} from 'face-margins/plot';
import {describe, expect, it} from 'vitest';
import {drawnLines, emptyDocument, legendOf} from '../support/charts';

const falling = {name: 'falling', rejected: [0, 0.1, 0.2, 0.5], falseRejects: [0.2, 0.1, 0.05, 0]};
const level = {name: 'level', rejected: [0, 0.25], falseRejects: [0.2, 0.2]};
const draw = (options = {}) =>
  errorVersusRejectCurve({curves: [falling, level], document: emptyDocument(), ...options});

describe('errorVersusRejectCurve', () => {
  it('draws steps up to the edge, and the best possible once for curves with one beginning', async () => {
    const svg = await draw();
    const [best, first, second, ...rest] = drawnLines(svg);
    expect(rest).toEqual([]);
    expect(legendOf(svg).map(([name]) => name)).toEqual(['best possible', 'falling', 'level']);
    for (const line of [first, second]) {
      for (let i = 1; i < line.points.length; i++) {
        const [from, to] = [line.points[i - 1], line.points[i]];
        expect(from[0] === to[0] || from[1] === to[1]).toBe(true);
      }
    }
    const end = (line: typeof best) => line.points[line.points.length - 1];
    expect(end(first)[0]).toBeCloseTo(end(second)[0], 2);
    expect(end(best)[0]).toBeCloseTo(end(second)[0], 2);
    // All begin together; the best is at zero when the fifth that would fail is rejected.
    expect(best.points[0][1]).toBeCloseTo(first.points[0][1], 2);
    const [left, right, bottom] = [best.points[0][0], end(best)[0], end(best)[1]];
    const reached = best.points.find(([, y]) => Math.abs(y - bottom) < 0.01) as number[];
    expect((reached[0] - left) / (right - left)).toBeCloseTo(2 / 3, 2);
    // 0.05 is a quarter of what they begin with.
    expect((bottom - end(first)[1]) / (bottom - first.points[0][1])).toBeCloseTo(0.25, 2);
  });

  it('draws all there is', async () => {
    const [, first] = drawnLines(await draw({upTo: 1, title: 'Errors', subtitle: 'two'}));
    expect(first.points.length).toBeGreaterThan(6);
  });

  it('names what is wrong with its arguments', async () => {
    await expect(draw({curves: []})).rejects.toThrow('curves must hold at least one, but are empty');
    await expect(draw({curves: [{...level, rejected: [0]}]})).rejects.toThrow(
      'level must have as many false rejects as rejected, from 0 on, but has 2 and 1',
    );
    await expect(draw({upTo: 0})).rejects.toThrow('errorVersusRejectCurve: upTo must be');
  });
});
