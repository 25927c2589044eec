import type {Curve} from './messages';

/** Where the axes lie in the picture of 360 by 210. */
const box = {left: 42, right: 342, top: 10, bottom: 180};

const levelName = (value: number) => String(Number(value.toFixed(1))).replace('-', '−');

/** Draws a head's target logit over the angle, and with dashes that of another class. */
export function drawCurve(svg: SVGElement, {angles, target, other}: Curve): void {
  const values = [...Array.from(target), ...Array.from(other)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (angle: number) => box.left + ((box.right - box.left) * angle) / Math.PI;
  const y = (value: number) => box.bottom - ((box.bottom - box.top) * (value - low)) / (high - low || 1);
  const path = (line: ArrayLike<number>) =>
    Array.from(line)
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${x(angles[i]).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
  const degrees = [0, 45, 90, 135, 180].map(
    angle =>
      `<text x="${x((angle * Math.PI) / 180)}" y="${box.bottom + 18}" text-anchor="middle">${angle}°</text>`,
  );
  const levels = [low, 0, high].map(
    value =>
      `<line x1="${box.left}" x2="${box.right}" y1="${y(value)}" y2="${y(value)}" stroke="var(--line)"/>` +
      `<text x="${box.left - 6}" y="${y(value) + 4}" text-anchor="end">${levelName(value)}</text>`,
  );
  svg.innerHTML =
    `${levels.join('')}${degrees.join('')}` +
    `<path d="${path(other)}" fill="none" stroke="var(--faint)" stroke-width="1.5" stroke-dasharray="4 4"/>` +
    `<path d="${path(target)}" fill="none" stroke="var(--digit-0)" stroke-width="2.5"/>`;
}
