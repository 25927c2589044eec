import type {Markish} from '@observablehq/plot';
import {checkOptions} from '../base/checkOptions';
import type {Roc} from '../evaluate/verification/roc';
import {documentFor} from './charts/documentFor';
import {lineChart} from './charts/lineChart';
import type {LineSeries} from './charts/lineSeries';
import {loadPlot} from './charts/loadPlot';
import {lineColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';
import {faintInk, gridColor} from './charts/pictureStyle';

/** Options of {@link rocCurve}. */
export interface RocCurveOptions extends PictureOptions {
  /** The curves from `roc`, each with a name for the legend. */
  curves: readonly (Pick<Roc, 'far' | 'tar' | 'impostors'> & {
    /** The name in the legend. */
    name: string;
  })[];
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: 440. */
  height?: number;
}

/** With fewer false accepts a curve is mostly chance, as in the warning of `tarAtFar`. */
const FEW = 10;

/**
 * Draws receiver operating characteristics: the true accept rate over the logarithm of the false accept rate, since systems operate at
 * small rates.
 *
 * The left edge is at one false accept, or the power of ten below. The background is gray where the curve with the most impostor pairs
 * has fewer than ten false accepts, and is mostly chance. The vertical axis begins at the lowest true accept rate.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`).
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, there are no curves, or a curve's numbers of true and false accept rates
 * differ.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const curve = roc({scores: [0.9, 0.8, 0.3, 0.4, 0.1, 0], same: [1, 1, 1, 0, 0, 0]});
 * const svg = await rocCurve({
 *   curves: [{name: 'mine', ...curve}],
 *   document: parseHTML('<html></html>').document,
 * });
 * ```
 */
export async function rocCurve(options: RocCurveOptions): Promise<string> {
  checkOptions('rocCurve', options, {
    curves: true,
    width: true,
    height: true,
    ...pictureOptions,
  });
  const {curves, title, subtitle, width = 640, height = 440} = options;
  const document = documentFor('rocCurve', options.document);
  checkCurves(curves);
  const most = Math.max(...curves.map(({impostors}) => impostors));
  const left = 10 ** Math.floor(-Math.log10(most) + 1e-9);
  const series = curves.map(
    (curve, i): LineSeries => ({
      name: curve.name,
      ...visiblePoints(curve, left, width, height),
      color: lineColors[i % lineColors.length],
      steps: true,
    }),
  );
  const lowest = Math.floor(10 * Math.min(...series.flatMap(({ys}) => ys[0]))) / 10;
  const powers = Array.from({length: Math.round(-Math.log10(left)) + 1}, (_, i) => left * 10 ** i);
  return lineChart({
    className: 'roc-curve',
    series,
    x: {
      name: 'false accept rate',
      domain: [left, 1],
      ticks: powers,
      tickFormat: rate => (rate > 0.009 ? `${Math.round(100 * rate)} %` : power(rate)),
      log: true,
    },
    y: {
      name: 'true accept rate',
      domain: [Math.min(lowest, 0.9), 1],
      tickFormat: rate => `${Number((100 * rate).toFixed(1))} %`,
    },
    under: await fewFalseAccepts(left, Math.min(FEW / most, 1), Math.min(lowest, 0.9)),
    corners: ['lower right', 'upper left', 'lower left'],
    title,
    subtitle,
    width,
    height,
    document,
  });
}

/** 10⁻⁴, in superscript digits. */
const power = (rate: number) =>
  `10⁻${[...String(Math.round(-Math.log10(rate)))].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;

/** The best true accept rate of each false accept rate, without steps below half a pixel. */
function visiblePoints(
  {far, tar}: Pick<Roc, 'far' | 'tar'>,
  left: number,
  width: number,
  height: number,
): {xs: number[]; ys: number[]} {
  const points: {x: number; y: number}[] = [];
  const across = (2 * width) / -Math.log10(left);
  for (let i = 0; i < far.length; i++) {
    const [x, y] = [Math.max(far[i], left), tar[i]];
    const last = points[points.length - 1];
    if (last && x === last.x) {
      last.y = y;
    } else if (
      i === far.length - 1 ||
      !last ||
      Math.log10(x / last.x) * across >= 1 ||
      (y - last.y) * 2 * height >= 1
    ) {
      points.push({x, y});
    }
  }
  return {xs: points.map(({x}) => x), ys: points.map(({y}) => y)};
}

async function fewFalseAccepts(left: number, right: number, bottom: number): Promise<Markish[]> {
  if (right <= left) return [];
  const Plot = await loadPlot();
  const note = {frameAnchor: 'top-left', textAnchor: 'start', lineAnchor: 'top', dx: 6, dy: 6} as const;
  return [
    Plot.rect([0], {x1: left, x2: right, y1: bottom, y2: 1, fill: gridColor, fillOpacity: 0.6}),
    Plot.text(['fewer than 10 false accepts'], {...note, fontSize: 10.5, fill: faintInk}),
  ];
}

function checkCurves(curves: RocCurveOptions['curves']): void {
  if (curves.length === 0) throw new Error('rocCurve: curves must hold at least one, but are empty.');
  for (const {name, far, tar} of curves) {
    if (far.length !== tar.length || far.length === 0) {
      throw new Error(
        `rocCurve: ${name} must have the same number of false and true accept rates, at least one, but has ${far.length} and ${tar.length}.`,
      );
    }
  }
}
