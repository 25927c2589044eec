import {readFileSync} from 'node:fs';
import type {Plugin} from 'vite';
import {wedges} from '../mnist-2d/geometry';
import {placesOf} from './drawPlane';
import {seen} from './plane';
import {readFrames} from './recording';

const side = 600;
const recorded = new URL('./recorded/frames.bin', import.meta.url);

/** The first frame of the recording as a picture, in the colors of the style sheet. */
function picture(): string {
  const file = readFileSync(recorded);
  const {labels, pictures} = readFrames(Uint8Array.from(file).buffer);
  const {points} = seen(pictures.plain[0]);
  const place = (x: number, y: number) =>
    Array.from(placesOf([x, y]), part => Math.round(part * side)).join(',');
  const rim = (angle: number) => place(Math.cos(angle), Math.sin(angle));
  const colors = [
    ...readFileSync(new URL('./style.css', import.meta.url), 'utf8').matchAll(/--digit-\d: (#\w+)/g),
  ];
  const digits = wedges(points, labels).map(({digit, middle, from, to}) => {
    const dots = Array.from(labels, (label, i) =>
      label === digit ? `M${place(points[2 * i], points[2 * i + 1])}h0` : '',
    );
    const radius = Math.round((placesOf([1, 0])[0] - 0.5) * side);
    const arc = `M${rim(middle + from)}A${radius},${radius} 0 0 0 ${rim(middle + to)}`;
    return (
      `<g stroke="${colors[digit][1]}"><path d="${arc}L300,300Z" fill="${colors[digit][1]}" fill-opacity=".2" stroke="none"/>` +
      `<path d="${dots.join('')}" stroke-width="5" stroke-opacity=".72" stroke-linecap="round"/><path d="${arc}" stroke-width="9"/></g>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" fill="none">${digits.join('')}</svg>`;
}

/** Puts the first frame behind both canvases, so that the page shows it before any of its scripts has loaded. */
export function firstPaint(): Plugin {
  return {
    name: 'first-paint',
    transformIndexHtml: () => [
      {
        tag: 'style',
        children: `canvas.plane{background:url("data:image/svg+xml,${encodeURIComponent(picture()).replace(/%20/g, ' ').replace(/%2C/g, ',').replace(/%3D/g, '=').replace(/%2F/g, '/').replace(/%3A/g, ':')}") center/100%}canvas.drawn{background:none}`,
        injectTo: 'head',
      },
    ],
  };
}
