import {gaps, reachOf, turn} from '../mnist-2d/geometry';
import {drawPlane, placesOf, type Scene} from './drawPlane';
import type {Curve, Picture} from './messages';

/** A picture with lengths as parts of the circle's radius. */
export interface Seen {
  points: Float32Array;
  rays: number[];
  drawn?: {x: number; y: number; digit: number};
}

/** A plane of the page: it moves from each picture to the next. */
export class Plane {
  /** The image that is pointed at. */
  private marked?: number;
  private curve?: Curve;
  private from?: Seen;
  private to?: Seen;
  private began = 0;
  private takes = 0;
  private waiting = false;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    readonly canvas: HTMLCanvasElement,
    private labels: Uint8Array,
  ) {
    new ResizeObserver(() => this.redraw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw());
  }

  /** Moves to a picture in so many milliseconds. */
  show(picture: Picture, takes: number): void {
    this.from = this.to && this.now();
    this.to = seen(picture);
    this.began = performance.now();
    this.takes = this.calm.matches || !this.from ? 0 : takes;
    this.redraw();
  }

  /** Shades where a head with these logits wants no image; nothing where it has no margin. */
  shade(curve?: Curve): void {
    this.curve = curve;
    this.redraw();
  }

  mark(image?: number): void {
    this.marked = image;
    this.redraw();
  }

  /** Where the images are now, in CSS pixels of the canvas. */
  places(): Float32Array {
    const {width} = this.canvas.getBoundingClientRect();
    return this.to ? placesOf(this.now().points).map(part => part * width) : new Float32Array();
  }

  private redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
      if (this.part() < 1) this.redraw();
    });
  }

  private draw(): void {
    const {canvas} = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
    const context = canvas.getContext('2d');
    if (!context || !this.to) return;
    drawPlane(context, side, this.scene());
    canvas.classList.add('drawn');
  }

  private scene(): Scene {
    const {points, rays, drawn} = this.now();
    const weights = rays.flatMap(angle => [Math.cos(angle), Math.sin(angle)]);
    const {labels, marked, curve} = this;
    return {points, labels, rays, gaps: curve ? gaps(weights, curve) : [], marked, drawn};
  }

  /** How much of the way to the next picture is behind, from 0 to 1. */
  private part(): number {
    return this.takes > 0 ? Math.min(1, (performance.now() - this.began) / this.takes) : 1;
  }

  private now(): Seen {
    const [{from, to}, t] = [this, this.part()];
    if (!to) throw new Error('Plane: show must be called first.');
    if (!from || t >= 1) return to;
    const {drawn} = to;
    const start = from.drawn ?? drawn;
    return {
      points: to.points.map((value, i) => from.points[i] + t * (value - from.points[i])),
      rays: to.rays.map((angle, i) => from.rays[i] + t * turn(angle - from.rays[i])),
      ...(drawn && start && {drawn: {...drawn, x: mix(start.x, drawn.x, t), y: mix(start.y, drawn.y, t)}}),
    };
  }
}

const mix = (from: number, to: number, t: number) => from + t * (to - from);

/** Scales a picture to the circle; the few images that are longer lie on it. */
export function seen({points, weights, drawn}: Picture): Seen {
  const reach = reachOf(points);
  const inCircle = (x: number, y: number): [number, number] => {
    const scale = 1 / Math.max(reach, Math.hypot(x, y));
    return [x * scale, y * scale];
  };
  const inside = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) inside.set(inCircle(points[i], points[i + 1]), i);
  const rays = Array.from({length: weights.length / 2}, (_, j) =>
    Math.atan2(weights[2 * j + 1], weights[2 * j]),
  );
  if (!drawn) return {points: inside, rays};
  const [x, y] = inCircle(drawn.x, drawn.y);
  return {points: inside, rays, drawn: {...drawn, x, y}};
}
