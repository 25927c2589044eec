import type {Markish} from '@observablehq/plot';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {type ScoredPairs, separateScores} from '../evaluate/verification/scoredPairs';
import {documentFor} from './charts/documentFor';
import {lineChart} from './charts/lineChart';
import {loadPlot} from './charts/loadPlot';
import {categoryColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';
import {faintInk} from './charts/pictureStyle';

/** Options of {@link scoreHistograms}. */
export interface ScoreHistogramsOptions extends ScoredPairs, PictureOptions {
  /** A score to mark with a line, the threshold of acceptance. Default: none. */
  threshold?: number;
  /** The number of bars from the lowest score to the highest. Default: 60. */
  bins?: number;
  /** Printed under the picture. Default: `cosine`. */
  scoreName?: string;
  /** Width of the picture in pixels. Default: 640. */
  width?: number;
  /** Height of the picture in pixels, with the title. Default: 440. */
  height?: number;
}

const genuineColor = categoryColors[0];
const impostorColor = categoryColors[2];

/**
 * Draws the distributions of genuine and impostor scores. Their overlap is the errors that no threshold avoids. Heights are parts of each
 * kind, so that few genuine pairs among many impostors are visible.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`).
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, `bins` is not a count, or as `roc`.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const svg = await scoreHistograms({
 *   scores: [0.9, 0.8, 0.3, 0.4, 0.1, 0],
 *   same: [1, 1, 1, 0, 0, 0],
 *   threshold: 0.5,
 *   document: parseHTML('<html></html>').document,
 * });
 * ```
 */
export async function scoreHistograms(options: ScoreHistogramsOptions): Promise<string> {
  checkOptions('scoreHistograms', options, {
    scores: true,
    same: true,
    threshold: true,
    bins: true,
    scoreName: true,
    width: true,
    height: true,
    ...pictureOptions,
  });
  const {threshold, bins = 60, scoreName = 'cosine', title, subtitle, width = 640, height = 440} = options;
  const document = documentFor('scoreHistograms', options.document);
  check.count('scoreHistograms', 'bins', bins);
  const {genuine, impostors} = separateScores('scoreHistograms', options);
  const lowest = Math.min(genuine[genuine.length - 1], impostors[impostors.length - 1]);
  const highest = Math.max(genuine[0], impostors[0]);
  // Equal scores need a bar of some width too.
  const span = highest - lowest || 1;
  const edges = Array.from({length: bins + 1}, (_, i) => lowest + (i * span) / bins);
  const kinds = [
    {name: `genuine pairs (${genuine.length.toLocaleString('en')})`, scores: genuine, color: genuineColor},
    {
      name: `impostor pairs (${impostors.length.toLocaleString('en')})`,
      scores: impostors,
      color: impostorColor,
    },
  ].map(({scores, ...kind}) => ({...kind, parts: partsOf(scores, lowest, span, bins)}));
  const Plot = await loadPlot();
  const bars: Markish[] = kinds.map(({parts, color}) =>
    Plot.rectY(parts, {
      x1: parts.map((_, i) => edges[i]),
      x2: parts.map((_, i) => edges[i + 1]),
      y: parts,
      fill: color,
      fillOpacity: 0.45,
      inset: 0,
    }),
  );
  const mark: Markish[] =
    threshold === undefined
      ? []
      : [Plot.ruleX([threshold], {stroke: faintInk, strokeWidth: 1.4, strokeDasharray: '5 4'})];
  return lineChart({
    className: 'score-histograms',
    // The outlines, which also make the legend.
    series: kinds.map(({name, color, parts}) => ({
      name,
      color,
      xs: edges,
      ys: [...parts, parts[bins - 1]],
      steps: true,
    })),
    x: {
      name: scoreName,
      domain: [Math.min(lowest, threshold ?? lowest), Math.max(lowest + span, threshold ?? lowest)],
    },
    y: {
      name: 'part of the pairs of a kind',
      // Room for the legend above the highest bar.
      domain: [0, 1.2 * kinds.flatMap(({parts}) => parts).reduce((most, part) => Math.max(most, part), 0)],
      tickFormat: part => `${Number((100 * part).toFixed(1))} %`,
    },
    under: [...bars, ...mark],
    corners: ['upper right', 'upper left'],
    title,
    subtitle,
    width,
    height,
    document,
  });
}

function partsOf(scores: Float32Array | Float64Array, lowest: number, span: number, bins: number): number[] {
  const parts = new Array<number>(bins).fill(0);
  for (const score of scores) {
    parts[Math.min(bins - 1, Math.floor(((score - lowest) / span) * bins))] += 1 / scores.length;
  }
  return parts;
}
