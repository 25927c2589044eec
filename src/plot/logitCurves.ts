import {checkOptions} from '../base/checkOptions';
import type {LogitCurve} from '../losses/scaleAndMargin/logitCurve';
import {type AngleSeries, angleChart} from './charts/angleChart';
import {documentFor} from './charts/documentFor';
import {lineColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';
import {faintInk} from './charts/pictureStyle';

/** Options of {@link logitCurves}. */
export interface LogitCurvesOptions extends PictureOptions {
  /** The curves from `await logitCurve(head)`, each with a name for the legend. */
  curves: readonly (Pick<LogitCurve, 'angles' | 'target' | 'other'> & {
    /** The name in the legend. */
    name: string;
  })[];
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: 440. */
  height?: number;
}

/**
 * Draws the target logits of heads over the angle, in degrees. Papers compare margins in this picture. The logit of any other class is
 * dashed: the distance of a line below it is the margin at that angle.
 *
 * Heads of different scales have different dashed lines, each drawn once; choose one scale to compare margins.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`).
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, there is no curve, or a curve does not have one finite logit for each
 * angle.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const heads = {CosFace: cosFace({classes: 2, scale: 1}), ArcFace: arcFace({classes: 2, scale: 1})};
 * const curves = await Promise.all(Object.entries(heads).map(async ([name, head]) => ({name, ...(await logitCurve(head))})));
 * const svg = await logitCurves({curves, document: parseHTML('<html></html>').document});
 * ```
 */
export async function logitCurves(options: LogitCurvesOptions): Promise<string> {
  checkOptions('logitCurves', options, {
    curves: true,
    width: true,
    height: true,
    ...pictureOptions,
  });
  const {curves, title, subtitle, width = 640, height = 440} = options;
  const document = documentFor('logitCurves', options.document);
  checkCurves(curves);
  const references: AngleSeries[] = [];
  for (const {name, angles, other} of curves) {
    if (references.some(known => sameValues(known.values, other))) continue;
    const ofAll = curves.every(curve => sameValues(curve.other, other));
    references.push({
      name: ofAll ? 'other classes' : `other classes, ${name}`,
      angles,
      values: other,
      color: faintInk,
      dashed: true,
    });
  }
  const targets = curves.map(({name, angles, target}, i) => ({
    name,
    angles,
    values: target,
    color: lineColors[i % lineColors.length],
  }));
  const series = [...references, ...targets];
  return angleChart({
    series,
    valueName: 'logit of the target',
    title,
    subtitle,
    width,
    height,
    document,
  });
}

const sameValues = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length &&
  a.every((value, i) => Math.abs(value - b[i]) <= 1e-6 * Math.max(1, Math.abs(value)));

function checkCurves(curves: LogitCurvesOptions['curves']): void {
  if (curves.length === 0) throw new Error('logitCurves: curves must hold at least one, but are empty.');
  for (const {name, angles, target, other} of curves) {
    for (const [part, values] of Object.entries({target, other})) {
      if (values.length !== angles.length) {
        throw new Error(
          `logitCurves: ${part} of ${name} must have one logit for each of ${angles.length} angles, but has ${values.length}.`,
        );
      }
      const wrong = values.findIndex(value => !Number.isFinite(value));
      if (wrong >= 0) {
        throw new Error(
          `logitCurves: ${part}[${wrong}] of ${name} must be a finite number, but is ${values[wrong]}.`,
        );
      }
    }
  }
}
