import {categoryColors} from 'face-margins/plot';
import type {Snapshot} from './messages';

/** How long points take to their new places, in milliseconds. */
const travel = 400;

/** The embedding as points on a canvas, which move to where the next one puts them. */
export class Scatter {
  private from?: Snapshot;
  private to?: Snapshot;
  private reach = {from: 1, to: 1};
  private began = 0;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(private readonly canvas: HTMLCanvasElement) {
    new ResizeObserver(() => this.draw(1)).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(1));
  }

  show(snapshot: Snapshot): void {
    this.from = this.to ?? snapshot;
    this.to = snapshot;
    this.reach = {from: this.to === this.from ? reachOf(snapshot) : this.reach.to, to: reachOf(snapshot)};
    this.began = performance.now();
    requestAnimationFrame(() => this.step(snapshot));
  }

  private step(of: Snapshot): void {
    if (of !== this.to) return;
    const done = this.calm.matches ? 1 : Math.min(1, (performance.now() - this.began) / travel);
    this.draw(done * done * (3 - 2 * done));
    if (done < 1) requestAnimationFrame(() => this.step(of));
  }

  private draw(t: number): void {
    const {canvas, from, to, reach} = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
    const context = canvas.getContext('2d');
    if (!context || !from || !to) return;
    const css = getComputedStyle(canvas);
    const unit = side / 600;
    const middle = side / 2;
    const colors = categoryColors.map((color, digit) => css.getPropertyValue(`--digit-${digit}`) || color);
    const scale = (0.43 * side) / (reach.from + t * (reach.to - reach.from));
    const at = (before: Float32Array, after: Float32Array, i: number) =>
      [0, 1].map(d => before[2 * i + d] + t * (after[2 * i + d] - before[2 * i + d]));

    context.clearRect(0, 0, side, side);
    context.strokeStyle = css.getPropertyValue('--line');
    context.lineWidth = unit;
    context.beginPath();
    context.arc(middle, middle, 0.43 * side, 0, 2 * Math.PI);
    context.moveTo(0.05 * side, middle);
    context.lineTo(0.95 * side, middle);
    context.moveTo(middle, 0.05 * side);
    context.lineTo(middle, 0.95 * side);
    context.stroke();

    context.globalAlpha = 0.75;
    for (let i = 0; i < to.labels.length; i++) {
      const [x, y] = at(from.embeddings, to.embeddings, i);
      context.fillStyle = colors[to.labels[i]];
      context.beginPath();
      context.arc(middle + scale * x, middle - scale * y, 2.6 * unit, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
    context.font = `600 ${15 * unit}px ${css.fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let digit = 0; digit < 10; digit++) {
      const [x, y] = at(from.weights, to.weights, digit);
      const length = Math.hypot(x, y) || 1;
      const [dx, dy] = [x / length, -y / length];
      context.strokeStyle = colors[digit];
      context.lineWidth = 2 * unit;
      context.beginPath();
      context.moveTo(middle, middle);
      context.lineTo(middle + 0.43 * side * dx, middle + 0.43 * side * dy);
      context.stroke();
      const [labelX, labelY] = [middle + 0.465 * side * dx, middle + 0.465 * side * dy];
      context.fillStyle = categoryColors[digit];
      context.beginPath();
      context.arc(labelX, labelY, 12 * unit, 0, 2 * Math.PI);
      context.fill();
      context.fillStyle = [2, 4, 8].includes(digit) ? '#fff' : '#000';
      context.fillText(String(digit), labelX, labelY + unit);
    }
  }
}

/** A radius that holds nearly all points. */
function reachOf({embeddings}: Snapshot): number {
  const lengths = Float32Array.from({length: embeddings.length / 2}, (_, i) =>
    Math.hypot(embeddings[2 * i], embeddings[2 * i + 1]),
  ).sort();
  return Math.max(lengths[Math.floor(0.98 * lengths.length)], 1e-3);
}
