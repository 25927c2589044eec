import {describe, expect, it} from 'vitest';
import {trainingCurves} from '../../src/plot/trainingCurves';
import {drawnLines, emptyDocument, legendOf, parseSvg} from '../support/charts';

const reports = [
  {step: 10, loss: 8, learningRate: 0.1},
  {step: 20, loss: 4, learningRate: 0.1},
  {step: 40, loss: 6, learningRate: 0.05},
];
const draw = (more: object = {}) => trainingCurves({reports, document: emptyDocument(), ...more});

describe('trainingCurves', () => {
  it('draws a tiny picture as it has been drawn before', async () => {
    const svg = await draw({smoothing: 0.5, title: 'Training', subtitle: 'three reports'});
    await expect(svg).toMatchFileSnapshot('fixtures/trainingCurves.svg');
  });

  it('draws the loss, the smoothed loss and the learning rate over the same steps', async () => {
    const [reported, smoothed, rate] = drawnLines(await draw({smoothing: 0.5}));
    const xs = (line: {points: number[][]}) => line.points.map(([x]) => x);
    expect(xs(reported)).toHaveLength(3);
    expect(xs(smoothed)).toEqual(xs(reported));
    expect(xs(rate)).toEqual(xs(reported));
    // 8, then (0.25 · 8 + 0.5 · 4) / 0.75 = 16/3: a third of the way from 4 to 8 above 4.
    const [first, second] = [reported.points[0][1], reported.points[1][1]];
    expect(smoothed.points[0][1]).toBeCloseTo(first, 1);
    expect(smoothed.points[1][1]).toBeCloseTo(second + (first - second) / 3, 1);
  });

  it('draws few reports as they are', async () => {
    const svg = await draw();
    expect(drawnLines(svg)).toHaveLength(2);
    expect(legendOf(svg).map(([name]) => name)).toEqual(['loss']);
  });

  it('stands the learning rate under the loss, in one picture', async () => {
    const frames = [...parseSvg(await draw({height: 500})).querySelectorAll('svg > svg')];
    expect(frames).toHaveLength(2);
    expect(Number(frames[1].getAttribute('y'))).toBe(Number(frames[0].getAttribute('height')));
    expect(Number(frames[1].getAttribute('y')) + Number(frames[1].getAttribute('height'))).toBe(500);
  });

  it('has room for a learning rate that stays as it is', async () => {
    const still = [1, 2, 3].map(step => ({step, loss: step, learningRate: 0.05}));
    const [, frame] = parseSvg(await draw({reports: still})).querySelectorAll('svg > svg');
    const ticks = [...frame.querySelectorAll('[aria-label="y-axis tick label"] text')];
    expect(ticks.map(({textContent}) => Number(textContent))).toEqual([0, 0.05, 0.1]);
    for (const {textContent} of ticks) expect(textContent?.length).toBeLessThanOrEqual(4);
  });

  it('stands a figure of the validation between them, with a dot for each report that has it', async () => {
    const measured = reports.map((report, i) => ({
      ...report,
      ...(i > 0 && {metrics: {accuracy: 0.7 + 0.1 * i}}),
    }));
    const svg = await draw({reports: measured, metric: 'accuracy', height: 500});
    const [loss, accuracy, rate] = drawnLines(svg);
    expect(accuracy.points.map(([x]) => x)).toEqual(loss.points.slice(1).map(([x]) => x));
    expect(accuracy.points[1][1]).toBeLessThan(accuracy.points[0][1]);
    expect(rate.points).toHaveLength(3);
    const document = parseSvg(svg);
    expect(document.querySelectorAll('.training-metric circle')).toHaveLength(2);
    const heights = [...document.querySelectorAll('svg > svg')].map(frame =>
      Number(frame.getAttribute('height')),
    );
    expect(heights.reduce((sum, height) => sum + height)).toBe(500);
    const once = await draw({reports: [...reports.slice(0, 2), measured[2]], metric: 'accuracy'});
    expect(parseSvg(once).querySelectorAll('.training-metric circle')).toHaveLength(1);
  });

  it('names what is wrong with its arguments', async () => {
    const wrong = (change: object) => draw({reports: [reports[0], {...reports[1], ...change}]});
    await expect(wrong({loss: Number.NaN})).rejects.toThrow(
      'reports[1].loss must be a finite number, but is NaN',
    );
    await expect(wrong({step: 10})).rejects.toThrow(
      'reports[1].step must be more than 10, the step before, but is 10',
    );
    await expect(draw({metric: 'accuracy'})).rejects.toThrow(
      "metric must be one of the reports' metrics, of which there are none, but is accuracy",
    );
    await expect(draw({reports: [{...reports[0], metrics: {loss: 1}}], metric: 'auc'})).rejects.toThrow(
      "metric must be one of the reports' metrics, loss, but is",
    );
    await expect(draw({reports: []})).rejects.toThrow('reports must hold at least one, but are empty');
    await expect(draw({smoothing: 1})).rejects.toThrow('smoothing must be a number from 0');
    await expect(trainingCurves({reports})).rejects.toThrow('document must be given outside a browser');
  });
});
