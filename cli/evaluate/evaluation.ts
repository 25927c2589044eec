import type {ImageList} from 'face-margins/data';
import type {FigureInterval, Roc, TarAtFar} from 'face-margins/evaluate';

/** A row of a table: what it is, and the figure. */
export interface Row {
  name: string;
  figure: string;
  /** The 95 % interval, by a bootstrap of people and by Clopper and Pearson. */
  interval?: string;
  warning?: string;
}

/** A pair that is told wrongly. */
export interface HardPair {
  images: ImageList;
  a: number;
  b: number;
  score: number;
}

/** What a protocol found. */
export interface Evaluation {
  /** One line: how many images, pairs, people. */
  summary: string;
  tables: {title: string; rows: Row[]}[];
  curves: (Pick<Roc, 'far' | 'tar' | 'impostors'> & {name: string})[];
  /** Genuine pairs of the lowest scores, and impostor pairs of the highest. */
  hardest: {genuine: HardPair[]; impostors: HardPair[]};
  /** All figures, for results.json. */
  results: object;
}

export const percent = (part: number, digits = 2): string => `${(100 * part).toFixed(digits)} %`;

/** A figure with both of its intervals. */
export function intervalRow(name: string, figure: FigureInterval & {warning?: string}): Row {
  const {value, low, high, clopperPearson, warning} = figure;
  return {
    name,
    figure: percent(value),
    interval: `${percent(low)} – ${percent(high)} by person; ${percent(clopperPearson.low)} – ${percent(clopperPearson.high)} if pairs were independent`,
    warning,
  };
}

export const tarRow = ({far, tar, warning}: TarAtFar, of = ''): Row => ({
  name: `TAR at FAR ${far}${of}`,
  figure: percent(tar),
  warning,
});
