import type {ChartFrame} from './drawChart';
import {lineChart} from './lineChart';

/** A line over the angle. */
export interface AngleSeries {
  /** The name in the legend. */
  name: string;
  /** Radians, ascending. */
  angles: readonly number[];
  /** One value for each angle. */
  values: readonly number[];
  /** Any CSS color. */
  color: string;
  /** Whether to draw it with dashes, as a reference. Default: false. */
  dashed?: boolean;
}

/** Options of {@link angleChart}. */
export interface AngleChartOptions extends ChartFrame {
  series: readonly AngleSeries[];
  /** Printed along the vertical axis. */
  valueName: string;
}

/** Draws lines over the angle, from 0 to 180 degrees, with a legend. */
export function angleChart({series, valueName, ...options}: AngleChartOptions): Promise<string> {
  return lineChart({
    ...options,
    className: 'angle-chart',
    series: series.map(({angles, values, ...one}) => ({...one, xs: angles.map(degrees), ys: values})),
    x: {
      name: 'angle θ between embedding and class weight',
      domain: [0, 180],
      ticks: [0, 30, 60, 90, 120, 150, 180],
      tickFormat: value => `${value}°`,
    },
    y: {name: valueName},
  });
}

const degrees = (radians: number) => (radians * 180) / Math.PI;
