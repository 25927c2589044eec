import {categoryColors} from '../../src/plot/charts/pictureColors';
import {faintInk, font, ink} from '../../src/plot/charts/pictureStyle';

/** A circle of unit embeddings; its pictures take angles in degrees, counterclockwise from the right. */
interface Circle {
  x: number;
  y: number;
  radius: number;
}

/** The point at an angle, `length` pixels farther out than the circle. */
function at({x, y, radius}: Circle, degrees: number, length = 0): [x: number, y: number] {
  const angle = (degrees * Math.PI) / 180;
  const round = (value: number) => Math.round(10 * value) / 10;
  return [round(x + (radius + length) * Math.cos(angle)), round(y - (radius + length) * Math.sin(angle))];
}

const outline = ({x, y, radius}: Circle) =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="#c9ccd3"/>`;

const ray = (circle: Circle, degrees: number, length: number, dashes = '') =>
  `<path d="M ${circle.x} ${circle.y} L ${at(circle, degrees, length).join(' ')}" stroke="${faintInk}" stroke-width="1.5" stroke-dasharray="${dashes}"/>`;

/** Part of the circle, or of one that is `length` pixels wider. */
function arc(circle: Circle, from: number, to: number, color: string, width: number, length = 0): string {
  const radius = circle.radius + length;
  const [start, end] = [from, to].map(degrees => at(circle, degrees, length).join(' '));
  return `<path d="M ${start} A ${radius} ${radius} 0 0 0 ${end}" fill="none" stroke="${color}" stroke-width="${width}"/>`;
}

function dot(circle: Circle, degrees: number, color: string): string {
  const [x, y] = at(circle, degrees);
  return `<circle cx="${x}" cy="${y}" r="7" fill="${color}" stroke="white" stroke-width="2"/>`;
}

function label(circle: Circle, degrees: number, length: number, text: string, anchor: string): string {
  const [x, y] = at(circle, degrees, length);
  return `<text x="${x}" y="${y}" dy="0.35em" font-size="14" text-anchor="${anchor}" stroke="white" stroke-width="4" paint-order="stroke">${text}</text>`;
}

const picture = (width: number, height: number, marks: string[]) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family='${font}' fill="${ink}"><rect width="${width}" height="${height}" fill="white"/>${marks.join('')}</svg>`;

const [blue, , red] = categoryColors;

/** Three photographs of two people as points on a circle. */
function embedding(): string {
  const circle = {x: 300, y: 165, radius: 120};
  return picture(600, 310, [
    outline(circle),
    ...[35, 55, 140].map(degrees => ray(circle, degrees, 0)),
    arc(circle, 35, 55, ink, 2, -50),
    label(circle, 45, -28, '20°', 'middle'),
    arc(circle, 55, 140, ink, 2, -84),
    label(circle, 97.5, -66, '85°', 'middle'),
    dot(circle, 35, blue),
    dot(circle, 55, blue),
    dot(circle, 140, red),
    label(circle, 35, 18, 'Ann, a photograph', 'start'),
    label(circle, 55, 18, 'Ann, another photograph', 'start'),
    label(circle, 140, 18, 'Ben', 'end'),
  ]);
}

/** The directions of two people in the next picture, 80° apart, and an embedding 30° from its own. */
const [ann, ben, photograph] = [50, 130, 80];

/** Where embeddings of two people may lie without a margin, and with ArcFace's of 0.5. */
function marginGap(): string {
  const margin = (0.5 * 180) / Math.PI;
  const panel = (x: number, title: string, gap: number) => {
    const circle = {x, y: 200, radius: 130};
    const reach = (ben - ann - gap) / 2;
    return [
      `<text x="${x}" y="26" font-size="17" font-weight="600" text-anchor="middle">${title}</text>`,
      outline(circle),
      arc(circle, ann - reach, ann + reach, blue, 14),
      arc(circle, ben - reach, ben + reach, red, 14),
      ray(circle, ann, 26),
      ray(circle, ben, 26),
      ray(circle, 90, 26, '5 4'),
      label(circle, ann, 34, 'Ann', 'start'),
      label(circle, ben, 34, 'Ben', 'end'),
      gap > 0 ? arc(circle, ann + reach, ben - reach, ink, 2, -34) : '',
      gap > 0 ? label(circle, 90, -52, 'm', 'middle') : '',
      dot(circle, photograph, ink),
    ].join('');
  };
  return picture(720, 350, [panel(180, 'without a margin', 0), panel(540, 'with ArcFace, m = 0.5', margin)]);
}

/** Pictures of the page on what a margin is: file name and how it is made. */
export const circlePictures = {embedding, 'margin-gap': marginGap};
