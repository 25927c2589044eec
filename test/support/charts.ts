import {parseHTML} from 'linkedom';

export const emptyDocument = (): Document => parseHTML('<html></html>').document;

export const parseSvg = (svg: string): Document => parseHTML(`<html>${svg}</html>`).document;

/** A line of a chart, in pixels. */
export interface DrawnLine {
  color: string | null;
  dashed: boolean;
  points: number[][];
}

/** The lines of a chart in the order they are drawn. */
export function drawnLines(svg: string): DrawnLine[] {
  return [...parseSvg(svg).querySelectorAll('g[aria-label="line"]')].map(group => ({
    color: group.getAttribute('stroke'),
    dashed: group.hasAttribute('stroke-dasharray'),
    points: corners(group.querySelector('path')?.getAttribute('d') ?? ''),
  }));
}

/** The corners of a path of absolute moves and lines. */
function corners(path: string): number[][] {
  const points: number[][] = [];
  for (const [, command, numbers] of path.matchAll(/([MLHV])([\d.,-]+)/g)) {
    const values = numbers.split(',').map(Number);
    const [x, y] = points[points.length - 1] ?? [0, 0];
    if (command === 'H') points.push([values[0], y]);
    else if (command === 'V') points.push([x, values[0]]);
    else for (let i = 0; i < values.length; i += 2) points.push([values[i], values[i + 1]]);
  }
  return points;
}

/** Each name of the legend with the color of its line. */
export const legendOf = (svg: string): [string | null, string | null | undefined][] =>
  [...parseSvg(svg).querySelectorAll('text[paint-order]')].map(text => [
    text.textContent,
    text.previousElementSibling?.getAttribute('stroke'),
  ]);
