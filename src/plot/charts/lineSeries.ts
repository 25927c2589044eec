/** A line of a chart. */
export interface LineSeries {
  /** The name in the legend; a line without a name is not in the legend. */
  name?: string;
  /** Ascending. */
  xs: readonly number[];
  /** One value for each x. */
  ys: readonly number[];
  /** Any CSS color. */
  color: string;
  /** Whether to draw it with dashes, as a reference. Default: false. */
  dashed?: boolean;
  /** Whether to draw it thin and pale. Default: false. */
  faint?: boolean;
  /** Whether to draw steps: y is constant until the next x. Default: false. */
  steps?: boolean;
}
