import type {Markish, PlotOptions} from '@observablehq/plot';
import {chartHeading, headingHeight} from './chartHeading';
import type {PictureOptions} from './pictureOptions';
import {font, ink} from './pictureStyle';

/** Options of every chart. */
export interface ChartFrame extends PictureOptions {
  /** In pixels. */
  width: number;
  /** In pixels, with the heading. */
  height: number;
  document: Document;
}

/** Options of {@link drawChart}. */
export interface DrawChartOptions extends ChartFrame, Pick<PlotOptions, 'className' | 'x' | 'y'> {
  marks: readonly Markish[];
  /** The space in pixels around the frame, without the heading. */
  margin: {left: number; right: number; top: number; bottom: number};
}

/** Draws marks in one frame under a heading, as a standalone SVG file. */
export function drawChart(
  Plot: typeof import('@observablehq/plot'),
  {marks, margin, title, subtitle, ...options}: DrawChartOptions,
): string {
  const svg = Plot.plot({
    ...options,
    ariaLabel: title,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top + headingHeight(title, subtitle),
    marginBottom: margin.bottom,
    style: {color: ink, background: 'white', fontFamily: font},
    marks: [...marks, ...chartHeading(Plot, margin, title, subtitle)],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg.outerHTML;
}
