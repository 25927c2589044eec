import type {Markish} from '@observablehq/plot';
import {checkIds} from '../base/checkIds';
import {checkOptions} from '../base/checkOptions';
import {headingHeight} from './charts/chartHeading';
import {documentFor} from './charts/documentFor';
import {dots} from './charts/dots';
import {drawChart} from './charts/drawChart';
import {loadPlot} from './charts/loadPlot';
import {categoryColors} from './charts/pictureColors';
import {type PictureOptions, pictureOptions} from './charts/pictureOptions';
import {faintInk, gridColor, ink} from './charts/pictureStyle';

/** Options of {@link featureScatter}. */
export interface FeatureScatterOptions extends PictureOptions {
  /** Two-dimensional embeddings `[N, 2]`, row-major. */
  embeddings: ArrayLike<number>;
  /** Class ids, `[N]`. */
  labels: ArrayLike<number>;
  /** Class weights `[C, 2]`, row-major: each is drawn as a ray from the origin, with the name of its class at the end. */
  classWeights?: ArrayLike<number>;
  /** The names at the ends of the rays. Default: class ids. */
  classNames?: readonly string[];
  /** Width of the picture in pixels; the height is equal, plus the title. Default: 480. */
  size?: number;
  /** Radius of a point in pixels. Default: 1. */
  radius?: number;
}

const margin = {left: 46, right: 14, top: 16, bottom: 34};

/**
 * Draws two-dimensional embeddings as points colored by class, and the directions of the class weights as rays. Papers show the effect
 * of a margin in this picture. Both axes have one scale, so angles are true.
 *
 * Drawn with Observable Plot, an optional peer dependency (`npm i @observablehq/plot`). There are ten colors; further classes repeat
 * them.
 *
 * @returns The picture as a standalone SVG file.
 * @throws If Plot is not installed, there is no document, the embeddings are not finite pairs of numbers, one for each label, or
 * the class weights are not pairs.
 *
 * @example
 * ```ts
 * import {parseHTML} from 'linkedom';
 * const svg = await featureScatter({
 *   embeddings: [3, 0.2, 2, -0.1, 0.1, 4],
 *   labels: [0, 0, 1],
 *   classWeights: [1, 0, 0, 1],
 *   document: parseHTML('<html></html>').document,
 * });
 * ```
 */
export async function featureScatter(options: FeatureScatterOptions): Promise<string> {
  checkOptions('featureScatter', options, {
    embeddings: true,
    labels: true,
    classWeights: true,
    classNames: true,
    size: true,
    radius: true,
    ...pictureOptions,
  });
  const {embeddings, labels, classWeights = [], title, subtitle, size = 480, radius = 1} = options;
  const document = documentFor('featureScatter', options.document);
  checkPairs(embeddings, labels, classWeights);

  const Plot = await loadPlot();
  const limit = largestNorm(embeddings);
  const edge = limit * 1.14;
  // Embeddings of unbounded length can grow to millions; 20M fits where 20,000,000 does not.
  const axis = {ticks: 6, tickSize: 0, label: null, color: faintInk, ...(limit >= 1e5 && {tickFormat: '~s'})};
  const grid = {ticks: 6, stroke: gridColor, strokeOpacity: 1};
  const marks: Markish[] = [Plot.gridX(grid), Plot.gridY(grid), Plot.axisX(axis), Plot.axisY(axis)];
  for (const [label, points] of pointsByClass(embeddings, labels)) {
    const color = categoryColors[label % categoryColors.length];
    marks.push(Plot.dot(points, {render: dots(radius, color)}));
  }
  const rays = directions(classWeights, options.classNames);
  const end = {x2: (ray: Ray) => ray.x * limit * 1.03, y2: (ray: Ray) => ray.y * limit * 1.03};
  const name = {x: (ray: Ray) => ray.x * limit * 1.09, y: (ray: Ray) => ray.y * limit * 1.09, text: 'name'};
  marks.push(
    Plot.link(rays, {x1: 0, y1: 0, ...end, stroke: ink, strokeOpacity: 0.55, strokeWidth: 0.8}),
    Plot.text(rays, {...name, fontSize: 14, fontWeight: 600}),
  );
  return drawChart(Plot, {
    document,
    className: 'feature-scatter',
    width: size,
    height: size - margin.left - margin.right + margin.top + margin.bottom + headingHeight(title, subtitle),
    margin,
    title,
    subtitle,
    x: {domain: [-edge, edge]},
    y: {domain: [-edge, edge]},
    marks,
  });
}

/** The points `[x, y]` of each class with points, in the order of class ids. */
function pointsByClass(
  embeddings: ArrayLike<number>,
  labels: ArrayLike<number>,
): [number, [number, number][]][] {
  const classes = new Map<number, [number, number][]>();
  for (let i = 0; i < labels.length; i++) {
    const points = classes.get(labels[i]) ?? [];
    points.push([embeddings[2 * i], embeddings[2 * i + 1]]);
    classes.set(labels[i], points);
  }
  return [...classes].sort(([a], [b]) => a - b);
}

interface Ray {
  x: number;
  y: number;
  name: string;
}

/** The directions of class weights `[C, 2]`. A weight of length zero gives NaN, which Plot omits. */
function directions(classWeights: ArrayLike<number>, classNames?: readonly string[]): Ray[] {
  return Array.from({length: classWeights.length / 2}, (_, j) => {
    const [x, y] = [classWeights[2 * j], classWeights[2 * j + 1]];
    const length = Math.hypot(x, y);
    return {x: x / length, y: y / length, name: classNames?.[j] ?? String(j)};
  });
}

function largestNorm(embeddings: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < embeddings.length; i += 2) {
    largest = Math.max(largest, Math.hypot(embeddings[i], embeddings[i + 1]));
  }
  return largest || 1;
}

function checkPairs(
  embeddings: ArrayLike<number>,
  labels: ArrayLike<number>,
  classWeights: ArrayLike<number>,
): void {
  if (embeddings.length !== 2 * labels.length) {
    throw new Error(
      `featureScatter: embeddings must hold 2 values for each of ${labels.length} labels, but hold ${embeddings.length}.`,
    );
  }
  checkIds('featureScatter', 'labels', labels);
  if (classWeights.length % 2 !== 0) {
    throw new Error(
      `featureScatter: classWeights must hold 2 values for each class, but hold ${classWeights.length}.`,
    );
  }
  for (let i = 0; i < embeddings.length; i++) {
    if (!Number.isFinite(embeddings[i])) {
      throw new Error(`featureScatter: embeddings[${i}] must be a finite number, but is ${embeddings[i]}.`);
    }
  }
}
