import type {Markish} from '@observablehq/plot';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {documentFor} from './charts/documentFor';
import {lineChart} from './charts/lineChart';
import type {LineSeries} from './charts/lineSeries';
import {loadPlot} from './charts/loadPlot';
import {categoryColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';

/** The fields of a trainer's report that {@link trainingCurves} draws. */
export interface ReportedStep {
  /** The step, from 1. */
  step: number;
  /** The loss of the step, or the mean since the last report. */
  loss: number;
  /** Its learning rate. */
  learningRate: number;
  /** The result of `validate`, if it was called. */
  metrics?: Record<string, number>;
}

/** Options of {@link trainingCurves}. */
export interface TrainingCurvesOptions extends PictureOptions {
  /** The reports of a training: step, loss and learning rate. */
  reports: readonly ReportedStep[];
  /** One of the `metrics`, such as `accuracy`, to draw under the loss, with a dot for each report that has it. Default: none. */
  metric?: string;
  /**
   * The part of the running mean that each report keeps, from 0 to below 1, for the bold line of the loss. Default: 0.9, or less for
   * fewer than 100 reports.
   */
  smoothing?: number;
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: 520. */
  height?: number;
}

const lossColor = categoryColors[0];
const metricColor = categoryColors[2];
const rateColor = categoryColors[6];

/**
 * Draws the loss of a training over the steps, as reported and smoothed, and below it the learning rate and, if requested, a validation
 * metric.
 *
 * The smoothed loss is the exponential mean m_t = k m_{t−1} + (1 − k) loss_t divided by 1 − k^t, so that it does not begin at 0.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`).
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, there are no reports, a number is not finite, steps do not ascend, no
 * report has the `metric`, or `smoothing` is not from 0 to below 1.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const svg = await trainingCurves({
 *   reports: [
 *     {step: 10, loss: 20, learningRate: 0.1},
 *     {step: 20, loss: 12, learningRate: 0.05},
 *   ],
 *   document: parseHTML('<html></html>').document,
 * });
 * ```
 */
export async function trainingCurves(options: TrainingCurvesOptions): Promise<string> {
  checkOptions('trainingCurves', options, {
    reports: true,
    metric: true,
    smoothing: true,
    width: true,
    height: true,
    ...pictureOptions,
  });
  const {reports, metric, title, subtitle, width = 640, height = 520} = options;
  const document = documentFor('trainingCurves', options.document);
  checkReports(reports);
  const {smoothing = Math.max(0, Math.min(0.9, 1 - 10 / reports.length))} = options;
  check.between('trainingCurves', 'smoothing', smoothing, 0, 1 - Number.EPSILON);
  const xs = reports.map(({step}) => step);
  const losses = reports.map(({loss}) => loss);
  const rates = reports.map(({learningRate}) => learningRate);
  const loss = {name: 'loss', xs, color: lossColor};
  const lossLines: LineSeries[] =
    smoothing === 0
      ? [{...loss, ys: losses}]
      : [
          {...loss, ys: losses, faint: true, name: 'loss as reported'},
          {...loss, ys: smoothed(losses, smoothing), name: 'smoothed'},
        ];
  const x = {name: 'step', domain: [Math.min(0, xs[0]), xs[xs.length - 1]] as const};
  const shared = {x, width, document};
  const measured = metric === undefined ? undefined : measuredBy(metric, reports);
  const [upper, middle] = measured
    ? [0.46, 0.3].map(part => Math.round(part * height))
    : [Math.round(0.68 * height), 0];
  const frames = [
    await lineChart({
      className: 'training-loss',
      series: lossLines,
      y: {name: 'loss'},
      corners: ['upper right', 'lower left'],
      title,
      subtitle,
      height: upper,
      ...shared,
    }),
    measured &&
      (await lineChart({
        className: 'training-metric',
        series: [measured],
        under: [await dotsOf(measured)],
        y: {name: metric as string, ticks: 4},
        height: middle,
        ...shared,
      })),
    await lineChart({
      className: 'training-rate',
      series: [{xs, ys: rates, color: rateColor}],
      y: {name: 'learning rate', ticks: 3, tickFormat: 'g', domain: domainOf(rates)},
      height: height - upper - middle,
      ...shared,
    }),
  ];
  const [first, second, third] = frames;
  const below = (svg: string | undefined, y: number) => svg?.replace('<svg ', `<svg y="${y}" `) ?? '';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="training-curves" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `${first}${below(second, upper)}${below(third, upper + middle)}</svg>`
  );
}

/** An axis from 0 where a rate stays as it is, which spans none of its own. */
function domainOf([first, ...others]: readonly number[]): [number, number] | undefined {
  return first > 0 && others.every(rate => rate === first) ? [0, 2 * first] : undefined;
}

/** A line through the reports that have a metric. */
function measuredBy(metric: string, reports: TrainingCurvesOptions['reports']): LineSeries {
  const points = reports.flatMap(({step, metrics}, i) => {
    const value = metrics?.[metric];
    if (value === undefined) return [];
    check.finite('trainingCurves', `reports[${i}].metrics.${metric}`, value);
    return [{step, value}];
  });
  if (points.length === 0) {
    const names = [...new Set(reports.flatMap(({metrics = {}}) => Object.keys(metrics)))];
    throw new Error(
      `trainingCurves: metric must be one of the reports' metrics, ${names.length > 0 ? names.join(', ') : 'of which there are none'}, but is ${metric}.`,
    );
  }
  return {xs: points.map(({step}) => step), ys: points.map(({value}) => value), color: metricColor};
}

/** A dot at each point, since a single point makes no line. */
async function dotsOf({xs, ys, color}: LineSeries): Promise<Markish> {
  const Plot = await loadPlot();
  return Plot.dot(ys, {x: [...xs], y: [...ys], r: 3, fill: color});
}

function smoothed(values: readonly number[], keep: number): number[] {
  let mean = 0;
  return values.map((value, i) => {
    mean = keep * mean + (1 - keep) * value;
    return mean / (1 - keep ** (i + 1));
  });
}

function checkReports(reports: TrainingCurvesOptions['reports']): void {
  if (reports.length === 0) throw new Error('trainingCurves: reports must hold at least one, but are empty.');
  reports.forEach(({step, loss, learningRate}, i) => {
    for (const [name, value] of Object.entries({step, loss, learningRate})) {
      check.finite('trainingCurves', `reports[${i}].${name}`, value);
    }
    if (i > 0 && step <= reports[i - 1].step) {
      throw new Error(
        `trainingCurves: reports[${i}].step must be more than ${reports[i - 1].step}, the step before, but is ${step}.`,
      );
    }
  });
}
