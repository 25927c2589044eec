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
const margin = {left: 46, right: 16, top: 14, bottom: 46};
const dashes = '5 4';
const legendRow = 19;

/** Draws lines over the angle, from 0 to 180 degrees, with a legend in the upper right corner, where falling lines leave room. */
export async function angleChart(options: AngleChartOptions): Promise<string> {
  const {series, valueName, title, subtitle, width, height, document} = options;
  const Plot = await loadPlot();
  const headingHeight = title || subtitle ? 50 : 0;
  const frame = {
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top + headingHeight,
    marginBottom: margin.bottom,
  };
  const axis = {tickSize: 0, color: faintInk, fontSize: 11};
  const grid = {stroke: gridColor, strokeOpacity: 1};
  const ticks = [0, 30, 60, 90, 120, 150, 180];
  const heading = {frameAnchor: 'top-left', textAnchor: 'start', lineAnchor: 'top'} as const;
  const marks: Markish[] = [
    Plot.gridX({...grid, ticks}),
    Plot.gridY({...grid, ticks: 6}),
    Plot.axisX({
      ...axis,
      ticks,
      tickFormat: (degrees: number) => `${degrees}°`,
      label: 'angle θ between embedding and class weight',
      labelAnchor: 'center',
      labelArrow: 'none',
    }),
    Plot.axisY({...axis, ticks: 6, label: valueName, labelAnchor: 'center', labelArrow: 'none'}),
    ...series.map(({angles, values, color, dashed}) =>
      Plot.line(values, {
        x: angles.map(degrees),
        y: values,
        stroke: color,
        strokeWidth: dashed ? 1.4 : 2.2,
        strokeDasharray: dashed ? dashes : undefined,
        strokeLinejoin: 'round',
      }),
    ),
    Plot.text([''], {frameAnchor: 'top-right', render: legend(series)}),
    title
      ? Plot.text([title], {
          ...heading,
          dx: 8 - margin.left,
          dy: -36 - margin.top,
          fontSize: 17,
          fontWeight: 600,
        })
      : null,
    subtitle
      ? Plot.text([subtitle], {
          ...heading,
          dx: 8 - margin.left,
          dy: -14 - margin.top,
          fontSize: 12,
          fill: faintInk,
        })
      : null,
  ];
  const svg = Plot.plot({
    document,
    className: 'angle-chart',
    ariaLabel: title,
    width,
    height,
    ...frame,
    x: {domain: [0, 180]},
    style: {color: ink, background: 'white', fontFamily: font},
    marks,
  });
  svg.setAttribute('xmlns', svgNamespace);
  return svg.outerHTML;
}

const degrees = (radians: number) => (radians * 180) / Math.PI;

/** Names at the right edge of the frame, each with a piece of its line. */
function legend(series: readonly AngleSeries[]): RenderFunction {
  return (_index, _scales, _channels, {width, marginRight, marginTop}, {document}) => {
    const group = document.createElementNS(svgNamespace, 'g');
    const element = (name: string, attributes: Record<string, string | number>) => {
      const made = document.createElementNS(svgNamespace, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
      group.append(made);
      return made;
    };
    const right = width - marginRight - 8;
    series.forEach(({name, color, dashed}, row) => {
      const y = marginTop + 14 + row * legendRow;
      element('line', {
        x1: right - 26,
        x2: right,
        y1: y,
        y2: y,
        stroke: color,
        'stroke-width': dashed ? 1.4 : 2.2,
        ...(dashed && {'stroke-dasharray': dashes}),
      });
      const text = element('text', {
        x: right - 34,
        y,
        dy: '0.35em',
        'text-anchor': 'end',
        'font-size': 12.5,
        fill: ink,
      });
      text.textContent = name;
    });
    return group;
  };
}
