/** A line of a chart. */
export interface LineSeries {
  /** What the legend calls it; without one it is not in the legend. */
  name?: string;
  /** Ascending. */
  xs: readonly number[];
  /** One for each x. */
  ys: readonly number[];
  /** Any CSS color. */
  color: string;
  /** Whether it is a reference and drawn with dashes. Default: false. */
  dashed?: boolean;
  /** Whether it stands back, thin and pale. Default: false. */
  faint?: boolean;
  /** Whether y holds until the next x, rather than going there straight. Default: false. */
  steps?: boolean;
}
