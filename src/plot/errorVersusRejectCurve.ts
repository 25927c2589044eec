import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import type {ErrorVersusReject} from '../evaluate/verification/errorVersusReject';
import {documentFor} from './charts/documentFor';
import {lineChart} from './charts/lineChart';
import type {LineSeries} from './charts/lineSeries';
import {lineColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';
import {faintInk} from './charts/pictureStyle';

/** Options of {@link errorVersusRejectCurve}. */
export interface ErrorVersusRejectCurveOptions extends PictureOptions {
  /** The curves from `errorVersusReject`, each with a name for the legend. */
  curves: readonly (Pick<ErrorVersusReject, 'rejected' | 'falseRejects'> & {
    /** The name in the legend. */
    name: string;
  })[];
  /** The part of pairs up to which to draw: who rejects more has no use for the rest. Default: 0.3. */
  upTo?: number;
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: 440. */
  height?: number;
}

/**
 * Draws what rejecting the worst images gains: the false non-match rate over the part of pairs that are rejected.
 *
 * A dashed line is the best that any quality could do from the same beginning: it rejects those pairs first that would fail.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`).
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, there are no curves, a curve's numbers of values differ, or `upTo` is not above
 * 0 and at most 1.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const curve = errorVersusReject(
 *   {scores: [0.9, 0.8, 0.7, 0.2, 0.1, 0.3], same: [1, 1, 1, 1, 0, 0], qualities: [30, 28, 25, 9, 30, 30]},
 *   {far: 0},
 * );
 * const svg = await errorVersusRejectCurve({
 *   curves: [{name: 'length of the embedding', ...curve}],
 *   document: parseHTML('<html></html>').document,
 * });
 * ```
 */
export async function errorVersusRejectCurve(options: ErrorVersusRejectCurveOptions): Promise<string> {
  const where = 'errorVersusRejectCurve';
  checkOptions(where, options, {curves: true, upTo: true, width: true, height: true, ...pictureOptions});
  const {curves, upTo = 0.3, title, subtitle, width = 640, height = 440} = options;
  const document = documentFor(where, options.document);
  check.between(where, 'upTo', check.positive(where, 'upTo', upTo), 0, 1);
  checkCurves(where, curves);
  const series = curves.map(
    (curve, i): LineSeries => ({
      name: curve.name,
      ...visiblePart(curve, upTo),
      color: lineColors[i % lineColors.length],
      steps: true,
    }),
  );
  const beginnings = [...new Set(curves.map(({falseRejects}) => falseRejects[0]))];
  const best = beginnings.map(
    (beginning, i): LineSeries => ({
      ...(i === 0 && {name: 'best possible'}),
      ...bestPossible(beginning, upTo),
      color: faintInk,
      dashed: true,
    }),
  );
  const highest = Math.max(...series.flatMap(({ys}) => [...ys]), 1e-3);
  return lineChart({
    className: 'error-versus-reject-curve',
    series: [...best, ...series],
    x: {name: 'rejected genuine pairs', domain: [0, upTo], tickFormat: percent},
    y: {name: 'false non-match rate', domain: [0, 1.05 * highest], tickFormat: percent},
    corners: ['upper right', 'lower left'],
    title,
    subtitle,
    width,
    height,
    document,
  });
}

const percent = (rate: number) => `${Number((100 * rate).toFixed(2))} %`;

/** The points up to the edge, where the last rate still holds. */
function visiblePart(
  {rejected, falseRejects}: Pick<ErrorVersusReject, 'rejected' | 'falseRejects'>,
  upTo: number,
): {xs: number[]; ys: number[]} {
  const count = rejected.filter(part => part <= upTo).length;
  return {
    xs: [...rejected.slice(0, count), upTo],
    ys: [...falseRejects.slice(0, count), falseRejects[count - 1]],
  };
}

/** (e − r) / (1 − r): every rejected pair is one that would fail, as long as there are some. */
function bestPossible(error: number, upTo: number): {xs: number[]; ys: number[]} {
  const end = Math.min(error, upTo);
  const xs = Array.from({length: 33}, (_, i) => (i * end) / 32);
  const ys = xs.map(rejected => (rejected === 1 ? 0 : (error - rejected) / (1 - rejected)));
  return end < upTo ? {xs: [...xs, upTo], ys: [...ys, 0]} : {xs, ys};
}

function checkCurves(where: string, curves: ErrorVersusRejectCurveOptions['curves']): void {
  if (curves.length === 0) throw new Error(`${where}: curves must hold at least one, but are empty.`);
  for (const {name, rejected, falseRejects} of curves) {
    if (rejected.length !== falseRejects.length || rejected.length === 0 || rejected[0] !== 0) {
      throw new Error(
        `${where}: ${name} must have as many false rejects as rejected, from 0 on, but has ${falseRejects.length} and ${rejected.length}.`,
      );
    }
  }
}
