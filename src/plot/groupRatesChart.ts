import type {Markish} from '@observablehq/plot';
import {checkOptions} from '../base/checkOptions';
import type {GroupReport} from '../evaluate/intervals/groupReport';
import type {FigureInterval} from '../evaluate/intervals/verificationIntervals';
import {documentFor} from './charts/documentFor';
import {drawChart} from './charts/drawChart';
import {loadPlot} from './charts/loadPlot';
import {lineColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';
import {faintInk, gridColor, ink} from './charts/pictureStyle';

/** Options of {@link groupRatesChart}. */
export interface GroupRatesChartOptions extends PictureOptions {
  /** What `groupReport` gives. */
  report: GroupReport;
  /** Which of its false accept rates to show. Default: the first. */
  far?: number;
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: what the groups need. */
  height?: number;
}

const margin = {left: 120, right: 64, top: 30, bottom: 46};
const groupHeight = 58;
/** How far the two figures of a group lie apart, in pixels. */
const apart = 9;

/**
 * Draws the true accept rate of each group of people with its interval: filled at the threshold that all groups share, hollow at the
 * group's own.
 *
 * Where intervals of two groups overlap, their difference may be chance.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`).
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, or the report has no such false accept rate.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const pairs = pairsWithinGroups([0, 0, 1, 1, 2, 2, 3, 3], ['day', 'day', 'day', 'day', 'night', 'night', 'night', 'night']);
 * const scores = Float64Array.from(pairs.same, same => (same ? 0.8 : 0.1));
 * const svg = await groupRatesChart({
 *   report: groupReport({...pairs, scores}, {fars: [0.1], replicates: 100}),
 *   document: parseHTML('<html></html>').document,
 * });
 * ```
 */
export async function groupRatesChart(options: GroupRatesChartOptions): Promise<string> {
  const where = 'groupRatesChart';
  checkOptions(where, options, {report: true, far: true, width: true, height: true, ...pictureOptions});
  const {report, title, subtitle, width = 640} = options;
  const document = documentFor(where, options.document);
  const fars = report.common.map(({far}) => far);
  const at = options.far === undefined ? 0 : fars.indexOf(options.far);
  if (at < 0) {
    throw new Error(
      `${where}: far must be a rate of the report, one of ${fars.join(', ')}, but is ${options.far}.`,
    );
  }
  const groups = Object.entries(report.groups);
  const height = options.height ?? groups.length * groupHeight + margin.top + margin.bottom + 50;
  const names = groups.map(([name]) => name);
  const common = groups.map(([, {rates}]) => rates[at].common.tar);
  const own = groups.map(([, {rates}]) => rates[at].own.tar);
  const lowest = Math.min(...[...common, ...own].map(({low}) => low));
  const Plot = await loadPlot();
  const [filled, hollow] = lineColors;
  const rowOf = (rates: FigureInterval[], dy: number, color: string, isFilled: boolean): Markish[] => [
    Plot.ruleY(rates, {
      x1: rates.map(({low}) => low),
      x2: rates.map(({high}) => high),
      y: names,
      stroke: color,
      strokeWidth: 2.2,
      dy,
    }),
    Plot.dot(rates, {
      x: rates.map(({value}) => value),
      y: names,
      r: 5,
      fill: isFilled ? color : 'white',
      stroke: color,
      strokeWidth: 2,
      dy,
    }),
    Plot.text(rates, {
      text: rates.map(({value}) => `${(100 * value).toFixed(1)} %`),
      y: names,
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 8,
      dy,
      fill: color,
      fontSize: 11.5,
    }),
  ];
  const axis = {tickSize: 0, labelArrow: 'none'} as const;
  const legend = {frameAnchor: 'top-left', textAnchor: 'start', dy: -14, fontSize: 12} as const;
  return drawChart(Plot, {
    className: 'group-rates-chart',
    title,
    subtitle,
    width,
    height,
    document,
    margin,
    x: {domain: [Math.max(0, Math.floor(20 * lowest) / 20), 1]},
    y: {type: 'band', domain: names},
    marks: [
      Plot.gridX({stroke: gridColor, strokeOpacity: 1}),
      Plot.axisX({
        ...axis,
        color: faintInk,
        label: `true accept rate at FAR ${fars[at]}, with ${100 * report.level} % intervals`,
        labelAnchor: 'center',
        tickFormat: percent,
        ticks: 6,
      }),
      Plot.axisY({...axis, color: ink, label: null, fontSize: 12.5}),
      ...rowOf(common, -apart, filled, true),
      ...rowOf(own, apart, hollow, false),
      Plot.text(['● one threshold for all'], {...legend, fill: filled}),
      Plot.text(['○ the group’s own threshold'], {...legend, dx: 170, fill: hollow}),
    ],
  });
}

const percent = (rate: number) => `${Number((100 * rate).toFixed(1))} %`;
