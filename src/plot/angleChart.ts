import type {Markish, RenderFunction} from '@observablehq/plot';
import {loadPlot} from './loadPlot';
import {faintInk, font, gridColor, ink} from './pictureStyle';

/** A line over the angle. */
export interface AngleSeries {
  /** What the legend calls it. */
  name: string;
  /** Radians, ascending. */
  angles: readonly number[];
  /** One for each angle. */
  values: readonly number[];
  /** Any CSS colour. */
  color: string;
  /** Whether it is a reference and drawn with dashes. Default: false. */
  dashed?: boolean;
}

/** What {@link angleChart} draws, and how. */
export interface AngleChartOptions {
  series: readonly AngleSeries[];
  /** Printed along the vertical axis. */
  valueName: string;
  title?: string;
  subtitle?: string;
  /** In pixels. */
  width: number;
  /** In pixels, with the title. */
  height: number;
  document: Document;
}

const svgNamespace = 'http://www.w3.org/2000/svg';
const margin = {left: 58, right: 18, top: 14, bottom: 46};
const dashes = '5 4';
const legendRow = 19;
/** Of a letter of the legend, about. */
const characterWidth = 6.6;

/** Draws lines over the angle, from 0 to 180 degrees, with a legend. */
export async function angleChart(options: AngleChartOptions): Promise<string> {
  const {series, valueName, title, subtitle, width, height, document} = options;
  const Plot = await loadPlot();
  const headingHeight = title || subtitle ? 50 : 0;
  const axis = {
    tickSize: 0,
    color: faintInk,
    fontSize: 11,
    labelAnchor: 'center',
    labelArrow: 'none',
  } as const;
  const grid = {stroke: gridColor, strokeOpacity: 1};
  const ticks = [0, 30, 60, 90, 120, 150, 180];
  const tickFormat = (value: number) => `${value}°`;
  const angleName = 'angle θ between embedding and class weight';
  const heading = {
    frameAnchor: 'top-left',
    textAnchor: 'start',
    lineAnchor: 'top',
    dx: 8 - margin.left,
  } as const;
  const marks: Markish[] = [
    Plot.gridX({...grid, ticks}),
    Plot.gridY({...grid, ticks: 6}),
    Plot.axisX({...axis, ticks, tickFormat, label: angleName}),
    Plot.axisY({...axis, ticks: 6, label: valueName}),
    ...series.map(one =>
      Plot.line(one.values, {
        x: one.angles.map(degrees),
        y: one.values,
        stroke: one.color,
        strokeWidth: strokeWidth(one),
        strokeDasharray: one.dashed ? dashes : undefined,
        strokeLinejoin: 'round',
      }),
    ),
    legend(series),
    title ? Plot.text([title], {...heading, dy: -36 - margin.top, fontSize: 17, fontWeight: 600}) : null,
    subtitle ? Plot.text([subtitle], {...heading, dy: -14 - margin.top, fontSize: 12, fill: faintInk}) : null,
  ];
  const svg = Plot.plot({
    document,
    className: 'angle-chart',
    ariaLabel: title,
    width,
    height,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top + headingHeight,
    marginBottom: margin.bottom,
    x: {domain: [0, 180]},
    y: {nice: true},
    style: {color: ink, background: 'white', fontFamily: font},
    marks,
  });
  svg.setAttribute('xmlns', svgNamespace);
  return svg.outerHTML;
}

const degrees = (radians: number) => (radians * 180) / Math.PI;

const strokeWidth = ({dashed}: AngleSeries) => (dashed ? 1.4 : 2.2);

/**
 * The names of the lines, each beside a piece of its line: in the upper right or the lower left corner, whichever fewer lines
 * pass.
 */
function legend(series: readonly AngleSeries[]): RenderFunction {
  return (_index, {x, y}, _channels, {width, height, ...margins}, {document}) => {
    const boxWidth = 50 + characterWidth * Math.max(...series.map(({name}) => name.length));
    const boxHeight = 8 + legendRow * series.length;
    const left = margins.marginLeft;
    const right = width - margins.marginRight;
    const top = margins.marginTop;
    const bottom = height - margins.marginBottom;
    const points = series.flatMap(({angles, values}) =>
      values.map((value, i) => [Number(x?.(degrees(angles[i]))), Number(y?.(value))]),
    );
    const inUpper = points.filter(([px, py]) => px > right - boxWidth && py < top + boxHeight).length;
    const inLower = points.filter(([px, py]) => px < left + boxWidth && py > bottom - boxHeight).length;
    const upper = inUpper <= inLower;
    // The piece of line stands at the frame's edge, the name on its inner side.
    const [edge, inward] = upper ? [right - 8, -1] : [left + 8, 1];
    const first = (upper ? top : bottom - boxHeight) + 14;

    const group = document.createElementNS(svgNamespace, 'g');
    const add = (name: string, attributes: Record<string, string | number>) => {
      const element = document.createElementNS(svgNamespace, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
      group.append(element);
      return element;
    };
    series.forEach((one, row) => {
      const at = first + row * legendRow;
      const line = {x1: edge, x2: edge + 26 * inward, y1: at, y2: at, stroke: one.color};
      add('line', {
        ...line,
        'stroke-width': strokeWidth(one),
        ...(one.dashed && {'stroke-dasharray': dashes}),
      });
      const anchor = {x: edge + 34 * inward, y: at, dy: '0.35em', 'text-anchor': upper ? 'end' : 'start'};
      const halo = {stroke: 'white', 'stroke-width': 4, 'stroke-linejoin': 'round', 'paint-order': 'stroke'};
      add('text', {...anchor, ...halo, fill: ink, 'font-size': 12.5}).textContent = one.name;
    });
    return group;
  };
}
