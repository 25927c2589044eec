import {check} from '../check';
import {categoryColors} from './categoryColors';
import {documentFor} from './documentFor';
import {lineChart} from './lineChart';
import type {LineSeries} from './lineSeries';

/** What {@link trainingCurves} draws, and how. */
export interface TrainingCurvesOptions {
  /** The reports of a training, such as a trainer's: at which step, which loss and which learning rate. */
  reports: readonly {step: number; loss: number; learningRate: number}[];
  /**
   * How much of the running mean each report keeps, from 0 to below 1: the bold line of the loss. Default: 0.9, or less where
   * there are fewer than 100 reports.
   */
  smoothing?: number;
  /** Printed above the picture. Default: nothing. */
  title?: string;
  /** Printed small under the title. Default: nothing. */
  subtitle?: string;
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: 520. */
  height?: number;
  /** The document that makes the elements. Default: the page's own; in Node, give that of a DOM library such as linkedom. */
  document?: Document;
}

const lossColor = categoryColors[0];
const rateColor = categoryColors[6];

/**
 * Draws how a training went: the loss over the steps, as reported and smoothed, and under it the learning rate over the same
 * steps.
 *
 * The smoothed loss is the exponential mean m_t = k m_{t−1} + (1 − k) loss_t divided by 1 − k^t, so that it does not
 * begin at 0.
 *
 * Drawn with Observable Plot, an optional peer (`npm i @observablehq/plot`).
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
 * @returns The picture as a standalone SVG file.
 * @throws An error when Plot is not installed, when there is no document, when there are no reports, when a number is not
 *   finite, when steps do not ascend, or when `smoothing` is not from 0 to below 1.
 */
export async function trainingCurves(options: TrainingCurvesOptions): Promise<string> {
  const {reports, title, subtitle, width = 640, height = 520} = options;
  const document = documentFor('trainingCurves', options.document);
  checkReports(reports);
  const {smoothing = Math.max(0, Math.min(0.9, 1 - 10 / reports.length))} = options;
  check.between('trainingCurves', 'smoothing', smoothing, 0, 1 - Number.EPSILON);
  const xs = reports.map(({step}) => step);
  const losses = reports.map(({loss}) => loss);
  const loss = {name: 'loss', xs, color: lossColor};
  const lossLines: LineSeries[] =
    smoothing === 0
      ? [{...loss, ys: losses}]
      : [
          {...loss, ys: losses, faint: true, name: 'loss as reported'},
          {...loss, ys: smoothed(losses, smoothing), name: 'smoothed'},
        ];
  const upper = Math.round(0.68 * height);
  const x = {name: 'step', domain: [Math.min(0, xs[0]), xs[xs.length - 1]] as const};
  const frames = [
    await lineChart({
      className: 'training-loss',
      series: lossLines,
      x,
      y: {name: 'loss'},
      corners: ['upper right', 'lower left'],
      title,
      subtitle,
      width,
      height: upper,
      document,
    }),
    await lineChart({
      className: 'training-rate',
      series: [{xs, ys: reports.map(({learningRate}) => learningRate), color: rateColor}],
      x,
      y: {name: 'learning rate', ticks: 3, tickFormat: 'g'},
      width,
      height: height - upper,
      document,
    }),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="training-curves" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `${frames[0]}${frames[1].replace('<svg ', `<svg y="${upper}" `)}</svg>`
  );
}

function smoothed(values: readonly number[], keep: number): number[] {
  let mean = 0;
  return values.map((value, i) => {
    mean = keep * mean + (1 - keep) * value;
    return mean / (1 - keep ** (i + 1));
  });
}

function checkReports(reports: TrainingCurvesOptions['reports']): void {
  if (reports.length === 0) throw new Error('trainingCurves: reports are empty; give one at least.');
  reports.forEach(({step, loss, learningRate}, i) => {
    for (const [name, value] of Object.entries({step, loss, learningRate})) {
      check.finite('trainingCurves', `reports[${i}].${name}`, value);
    }
    if (i > 0 && step <= reports[i - 1].step) {
      throw new Error(
        `trainingCurves: reports[${i}].step is ${step} after ${reports[i - 1].step}; steps must ascend.`,
      );
    }
  });
}
