import {categoryColors} from 'face-margins/plot';
import {escapeHtml} from '../../cli/escapeHtml';
import {gaps, reachOf, type Sector, spread, type Wedge, wedges} from './geometry';

/** What a picture of a plane shows. */
export interface DigitPlane {
  title: string;
  /** Printed under the title. */
  subtitle: string;
  /** `[N, 2]`. */
  embeddings: ArrayLike<number>;
  labels: ArrayLike<number>;
  /** `[10, 2]`, or several rows for each digit. */
  classWeights: ArrayLike<number>;
  /** The logits of a head whose margin is the same for all images; it shades where the margin wants none. */
  curve?: Parameters<typeof gaps>[1];
}

const [width, height] = [480, 560];
const circle = {x: 240, y: 318, radius: 198};
const [ink, faint] = ['#22252b', '#626974'];
/** Those whose digit is written in white. */
const dark = [2, 4];
/** Overlapping points of one path do not add up, so several paths share them: dense places look darker. */
const layers = 4;

/** Gray with stripes, for two digits are gray too. */
const stripes =
  '<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">' +
  '<rect width="6" height="6" fill="#f2f3f4"/><rect width="2" height="6" fill="#dcdfe3"/></pattern>';

const round = (value: number) => Math.round(10 * value) / 10;

/** The point at an angle, at a part of the radius. */
const at = (angle: number, part = 1) =>
  `${round(circle.x + part * circle.radius * Math.cos(angle))},${round(circle.y - part * circle.radius * Math.sin(angle))}`;

/** The arc of a sector, at the circle. */
const arc = ({from, to}: Sector) =>
  `M${at(from)}A${circle.radius},${circle.radius} 0 ${to - from > Math.PI ? 1 : 0} 0 ${at(to)}`;

const sector = (span: Sector) => `${arc(span)}L${circle.x},${circle.y}Z`;

/**
 * Draws test images in the plane, so that pictures beside each other show how narrow their digits are. Each circle holds all but the longest
 * fiftieth of the images, for only directions count. A colored wedge, with an arc at the circle, holds nine tenths of a digit's images.
 *
 * @returns An SVG file.
 */
export function digitPlane({title, subtitle, embeddings, labels, classWeights, curve}: DigitPlane): string {
  const {within} = spread(embeddings, labels);
  const spans = wedges(embeddings, labels);
  const shaded = curve ? gaps(classWeights, curve) : [];
  const size = `width="${width}" height="${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" fill="${ink}">`,
    `<rect ${size} fill="white"/>`,
    `<text x="20" y="36" font-size="22" font-weight="600">${escapeHtml(title)}</text>`,
    `<text x="20" y="60" font-size="14" fill="${faint}">${escapeHtml(subtitle)}</text>`,
    `<text x="460" y="36" font-size="22" font-weight="600" text-anchor="end">${within.toFixed(within < 1 ? 2 : 1)}°</text>`,
    `<text x="460" y="60" font-size="14" fill="${faint}" text-anchor="end">within a digit</text>`,
    ...(shaded.length > 0 ? [stripes] : []),
    ...shaded.map(gap => `<path d="${sector(gap)}" fill="url(#stripes)"/>`),
    ...spans.map(
      span => `<path d="${sector(turned(span))}" fill="${categoryColors[span.digit]}" fill-opacity="0.22"/>`,
    ),
    `<circle cx="${circle.x}" cy="${circle.y}" r="${circle.radius}" fill="none" stroke="#dfe3e8"/>`,
    ...points(embeddings, labels),
    ...spans.map(
      span =>
        `<path d="${arc(turned(span))}" fill="none" stroke="${categoryColors[span.digit]}" stroke-width="9"/>`,
    ),
    ...badges(classWeights),
    '</svg>',
  ].join('\n');
}

const turned = ({middle, from, to}: Wedge): Sector => ({from: middle + from, to: middle + to});

function points(embeddings: ArrayLike<number>, labels: ArrayLike<number>): string[] {
  const reach = reachOf(embeddings);
  const paths = new Map<string, string[]>();
  for (let i = 0; i < labels.length; i++) {
    const [x, y] = [embeddings[2 * i], embeddings[2 * i + 1]];
    const key = `${labels[i]} ${i % layers}`;
    const path = paths.get(key) ?? [];
    path.push(`M${at(Math.atan2(y, x), Math.min(1, Math.hypot(x, y) / reach))}h0`);
    paths.set(key, path);
  }
  return [...paths].map(
    ([key, path]) =>
      `<path d="${path.join('')}" fill="none" stroke="${categoryColors[Number.parseInt(key, 10)]}" stroke-opacity="0.55" stroke-width="2.2" stroke-linecap="round"/>`,
  );
}

/** The digits, where their class weights point. */
function badges(classWeights: ArrayLike<number>): string[] {
  const rows = classWeights.length / 2;
  return Array.from({length: rows}, (_, row) => {
    const digit = Math.floor((10 * row) / rows);
    const [x, y] = at(Math.atan2(classWeights[2 * row + 1], classWeights[2 * row]), 1.115).split(',');
    return (
      `<circle cx="${x}" cy="${y}" r="12" fill="${categoryColors[digit]}"/>` +
      `<text x="${x}" y="${y}" dy="0.36em" font-size="14" font-weight="600" text-anchor="middle" fill="${dark.includes(digit) ? 'white' : 'black'}">${digit}</text>`
    );
  });
}
