import type {RenderFunction} from '@observablehq/plot';
import type {LineSeries} from './lineSeries';
import {ink} from './pictureStyle';

/** A corner of the frame. */
export type Corner = 'upper right' | 'lower left' | 'lower right' | 'upper left';

const svgNamespace = 'http://www.w3.org/2000/svg';
const legendRow = 19;
/** The approximate width of a letter of the legend. */
const characterWidth = 6.6;

/** The dashes of reference lines. */
export const dashes = '5 4';

/** The width of a line in pixels. */
export const strokeWidth = ({dashed, faint}: Pick<LineSeries, 'dashed' | 'faint'>): number =>
  faint ? 1 : dashed ? 1.4 : 2.2;

/** The names of the lines, each with a piece of its line, in the corner with the fewest points. */
export function chartLegend(
  series: readonly LineSeries[],
  corners: readonly Corner[] = ['upper right', 'lower left'],
): RenderFunction {
  return (_index, {x, y}, _channels, {width, height, ...margins}, {document}) => {
    const named = series.filter(({name}) => name !== undefined);
    const boxWidth = 50 + characterWidth * Math.max(...named.map(({name}) => name?.length ?? 0));
    const boxHeight = 8 + legendRow * named.length;
    const left = margins.marginLeft;
    const right = width - margins.marginRight;
    const top = margins.marginTop;
    const bottom = height - margins.marginBottom;
    const points = series.flatMap(({xs, ys}) =>
      ys.map((value, i) => [Number(x?.(xs[i])), Number(y?.(value))]),
    );
    const crowd = (corner: Corner) =>
      points.filter(
        ([px, py]) =>
          (corner.endsWith('right') ? px > right - boxWidth : px < left + boxWidth) &&
          (corner.startsWith('upper') ? py < top + boxHeight : py > bottom - boxHeight),
      ).length;
    const corner = corners.reduce((best, other) => (crowd(other) < crowd(best) ? other : best));
    // The piece of line is at the frame's edge, the name on its inner side.
    const [edge, inward] = corner.endsWith('right') ? [right - 8, -1] : [left + 8, 1];
    const first = (corner.startsWith('upper') ? top : bottom - boxHeight) + 14;

    const group = document.createElementNS(svgNamespace, 'g');
    const add = (name: string, attributes: Record<string, string | number>) => {
      const element = document.createElementNS(svgNamespace, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
      group.append(element);
      return element;
    };
    named.forEach((one, row) => {
      const at = first + row * legendRow;
      const line = {x1: edge, x2: edge + 26 * inward, y1: at, y2: at, stroke: one.color};
      add('line', {
        ...line,
        'stroke-width': strokeWidth(one),
        ...(one.dashed && {'stroke-dasharray': dashes}),
      });
      const anchor = {
        x: edge + 34 * inward,
        y: at,
        dy: '0.35em',
        'text-anchor': inward < 0 ? 'end' : 'start',
      };
      const halo = {stroke: 'white', 'stroke-width': 4, 'stroke-linejoin': 'round', 'paint-order': 'stroke'};
      add('text', {...anchor, ...halo, fill: ink, 'font-size': 12.5}).textContent = one.name ?? '';
    });
    return group;
  };
}
