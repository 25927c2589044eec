import type {Markish} from '@observablehq/plot';
import {type Corner, chartLegend, dashes, strokeWidth} from './chartLegend';
import {type ChartFrame, drawChart} from './drawChart';
import type {LineSeries} from './lineSeries';
import {loadPlot} from './loadPlot';
import {faintInk, gridColor} from './pictureStyle';

/** One axis of a chart. */
export interface ChartAxis {
  /** Printed along the axis. */
  name: string;
  /** The ends of the axis. Default: the lines' range. */
  domain?: readonly [number, number];
  /** Positions of ticks, or their approximate number. Default: 6. */
  ticks?: number | readonly number[];
  tickFormat?: string | ((value: number) => string);
  /** Whether the axis is logarithmic. Default: false. */
  log?: boolean;
}

/** Options of {@link lineChart}. */
export interface LineChartOptions extends ChartFrame {
  /** The class of the picture's element. */
  className: string;
  series: readonly LineSeries[];
  x: ChartAxis;
  y: ChartAxis;
  /** Drawn under the lines. Default: nothing. */
  under?: readonly Markish[];
  /** Candidate corners of the legend; the one with the fewest points is used. Default: upper right, lower left. */
  corners?: readonly Corner[];
}

const margin = {left: 58, right: 18, top: 14, bottom: 46};

/** Draws lines in one frame, with a legend. */
export async function lineChart(options: LineChartOptions): Promise<string> {
  const {className, series, x, y, under = [], corners, ...frame} = options;
  const Plot = await loadPlot();
  const axis = {
    tickSize: 0,
    color: faintInk,
    fontSize: 11,
    labelAnchor: 'center',
    labelArrow: 'none',
  } as const;
  const grid = {stroke: gridColor, strokeOpacity: 1};
  const ticksOf = ({ticks = 6}: ChartAxis) => (typeof ticks === 'number' ? ticks : [...ticks]);
  const scaleOf = ({domain, log}: ChartAxis) => ({
    ...(domain ? {domain: [...domain]} : {nice: true}),
    ...(log && {type: 'log' as const}),
  });
  const marks: Markish[] = [
    Plot.gridX({...grid, ticks: ticksOf(x)}),
    Plot.gridY({...grid, ticks: ticksOf(y)}),
    Plot.axisX({...axis, ticks: ticksOf(x), tickFormat: x.tickFormat, label: x.name}),
    Plot.axisY({...axis, ticks: ticksOf(y), tickFormat: y.tickFormat, label: y.name}),
    ...under,
    ...series.map(one =>
      Plot.line(one.ys, {
        x: [...one.xs],
        y: [...one.ys],
        stroke: one.color,
        strokeWidth: strokeWidth(one),
        strokeOpacity: one.faint ? 0.35 : undefined,
        strokeDasharray: one.dashed ? dashes : undefined,
        strokeLinejoin: 'round',
        curve: one.steps ? 'step-after' : undefined,
      }),
    ),
    chartLegend(series, corners),
  ];
  return drawChart(Plot, {...frame, className, margin, x: scaleOf(x), y: scaleOf(y), marks});
}
