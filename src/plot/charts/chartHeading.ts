import type {Markish} from '@observablehq/plot';
import {faintInk} from './pictureStyle';

/** The height in pixels of a title and a subtitle above a chart. */
export const headingHeight = (title?: string, subtitle?: string): number => (title || subtitle ? 50 : 0);

/** A title and a small subtitle, above the frame of a chart. */
export function chartHeading(
  Plot: typeof import('@observablehq/plot'),
  margin: {left: number; top: number},
  title?: string,
  subtitle?: string,
): Markish[] {
  const heading = {
    frameAnchor: 'top-left',
    textAnchor: 'start',
    lineAnchor: 'top',
    dx: 8 - margin.left,
  } as const;
  return [
    title ? Plot.text([title], {...heading, dy: -36 - margin.top, fontSize: 17, fontWeight: 600}) : null,
    subtitle ? Plot.text([subtitle], {...heading, dy: -14 - margin.top, fontSize: 12, fill: faintInk}) : null,
  ];
}
