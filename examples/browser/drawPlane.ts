import {type Sector, type Wedge, wedges} from '../mnist-2d/geometry';

/** What a plane shows at a moment. Lengths are parts of the circle's radius, y is up. */
export interface Scene {
  /** `[N, 2]`. */
  points: Float32Array;
  labels: Uint8Array;
  /** The directions of the class weights in radians, by digit. */
  rays: number[];
  /** Where no image should lie. */
  gaps: Sector[];
  /** The image that is pointed at. */
  marked?: number;
  /** Where the drawing lies, and what it is taken for. */
  drawn?: {x: number; y: number; digit: number};
}

/** Parts of the canvas' side. */
const radius = 0.41;
const names = 0.458;

/** The two whose digit is written in white. */
const dark = [2, 4];

/** A canvas and how to draw on it, in parts of its circle's radius. */
class Pen {
  readonly unit: number;
  private readonly css: CSSStyleDeclaration;

  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly side: number,
  ) {
    this.css = getComputedStyle(context.canvas);
    this.unit = side / 600;
  }

  at(x: number, y: number): [number, number] {
    return [this.side * (0.5 + radius * x), this.side * (0.5 - radius * y)];
  }

  variable(name: string): string {
    return this.css.getPropertyValue(name).trim();
  }

  color(digit: number): string {
    return this.variable(`--digit-${digit}`);
  }

  font(size: number): string {
    return `600 ${size * this.unit}px ${this.css.fontFamily}`;
  }

  /** Sectors of the circle, from its middle. */
  sectors(spans: readonly Sector[]): void {
    const {context} = this;
    context.beginPath();
    for (const {from, to} of spans) {
      context.moveTo(...this.at(0, 0));
      context.arc(...this.at(0, 0), radius * this.side, -from, -to, true);
      context.closePath();
    }
  }

  arc({from, to}: Sector): void {
    this.context.beginPath();
    this.context.arc(...this.at(0, 0), radius * this.side, -from, -to, true);
  }
}

/** The place of points on a square canvas, in parts of its side. */
export function placesOf(points: ArrayLike<number>): Float32Array {
  return Float32Array.from(points, (value, i) => 0.5 + (i % 2 === 0 ? radius : -radius) * value);
}

/** Draws a plane: how wide each digit is, where the margin wants no image, and the images. */
export function drawPlane(context: CanvasRenderingContext2D, side: number, scene: Scene): void {
  const pen = new Pen(context, side);
  context.clearRect(0, 0, side, side);
  context.lineCap = 'butt';
  const spans = wedges(scene.points, scene.labels);
  drawGround(pen, scene, spans);
  drawPoints(pen, scene);
  drawRim(pen, scene, spans);
  if (scene.drawn) drawStar(pen, scene.drawn);
}

function drawGround(pen: Pen, {gaps}: Scene, spans: Wedge[]): void {
  const {context, unit} = pen;
  drawGaps(pen, gaps);
  for (const {digit, middle, from, to} of spans) {
    context.globalAlpha = 0.2;
    context.fillStyle = pen.color(digit);
    pen.sectors([{from: middle + from, to: middle + to}]);
    context.fill();
  }
  context.globalAlpha = 1;
  context.strokeStyle = pen.variable('--line');
  context.lineWidth = 1.5 * unit;
  pen.arc({from: 0, to: 2 * Math.PI});
  context.stroke();
}

/** Stripes on gray, for two digits are gray too. */
function drawGaps(pen: Pen, gaps: readonly Sector[]): void {
  const {context, side, unit} = pen;
  context.save();
  pen.sectors(gaps);
  context.fillStyle = pen.variable('--gap');
  context.fill();
  context.clip();
  context.strokeStyle = pen.variable('--stripe');
  context.lineWidth = 2.5 * unit;
  context.beginPath();
  for (let x = -side; x < side; x += 9 * unit) {
    context.moveTo(x, 0);
    context.lineTo(x + side, side);
  }
  context.stroke();
  context.restore();
}

function drawPoints(pen: Pen, {points, labels, marked}: Scene): void {
  const {context, unit} = pen;
  const dot = (i: number, size: number) => {
    context.beginPath();
    context.arc(...pen.at(points[2 * i], points[2 * i + 1]), size * unit, 0, 2 * Math.PI);
  };
  context.globalAlpha = 0.72;
  for (let i = 0; i < labels.length; i++) {
    context.fillStyle = pen.color(labels[i]);
    dot(i, 2.5);
    context.fill();
  }
  context.globalAlpha = 1;
  if (marked === undefined) return;
  context.fillStyle = pen.color(labels[marked]);
  context.strokeStyle = pen.variable('--ink');
  context.lineWidth = 2.5 * unit;
  dot(marked, 8);
  context.fill();
  context.stroke();
}

/** How wide each digit is, as an arc of its color, and its name at its class weight. */
function drawRim(pen: Pen, {rays}: Scene, spans: Wedge[]): void {
  const {context, unit, side} = pen;
  context.lineWidth = 9 * unit;
  for (const {digit, middle, from, to} of spans) {
    context.strokeStyle = pen.color(digit);
    pen.arc({from: middle + from, to: middle + to});
    context.stroke();
  }
  context.font = pen.font(15);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  rays.forEach((angle, digit) => {
    const [x, y] = [side * (0.5 + names * Math.cos(angle)), side * (0.5 - names * Math.sin(angle))];
    context.fillStyle = pen.color(digit);
    context.beginPath();
    context.arc(x, y, 12 * unit, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = dark.includes(digit) ? '#fff' : '#000';
    context.fillText(String(digit), x, y + unit);
  });
}

/** The drawing, as a star with a line from the middle. */
function drawStar(pen: Pen, {x, y}: {x: number; y: number}): void {
  const {context, unit} = pen;
  const [cx, cy] = pen.at(x, y);
  context.strokeStyle = pen.variable('--ink');
  context.lineWidth = 1.5 * unit;
  context.beginPath();
  context.moveTo(...pen.at(0, 0));
  context.lineTo(cx, cy);
  context.stroke();
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const length = (i % 2 === 0 ? 15 : 6.5) * unit;
    const angle = (Math.PI * i) / 5 - Math.PI / 2;
    context.lineTo(cx + length * Math.cos(angle), cy + length * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = pen.variable('--star');
  context.fill();
  context.lineWidth = 2 * unit;
  context.stroke();
}
