import type {Findings} from './findings';
import {nearestPoint, nextAround} from './hitTest';
import type {Plane} from './plane';

/** How far from an image one may point, in CSS pixels. */
const nearby = 16;

/** Lets the mouse, a finger or the keyboard point at the images of a plane. */
export function pointing(plane: Plane, labels: Uint8Array, findings: Findings): void {
  const {canvas} = plane;
  const mark = (image?: number) => findings.mark(plane, image);
  const atPlace = ({clientX, clientY}: PointerEvent) => {
    const {left, top} = canvas.getBoundingClientRect();
    return nearestPoint(plane.places(), [clientX - left, clientY - top], nearby);
  };
  canvas.addEventListener('pointermove', event => mark(atPlace(event)));
  canvas.addEventListener('pointerdown', event => mark(atPlace(event)));
  canvas.addEventListener('pointerleave', event => event.pointerType === 'mouse' && mark());
  canvas.addEventListener('blur', () => mark());
  canvas.addEventListener('keydown', event => {
    const image = imageOfKey(event.key, findings.marked, plane, labels);
    if (image === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    mark(image);
  });
}

/** The image that a key leads to: arrows go around the plane, a digit to the next image of it. */
function imageOfKey(key: string, from: number | undefined, plane: Plane, labels: Uint8Array) {
  if (key === 'ArrowLeft' || key === 'ArrowUp') return nextAround(fromMiddle(plane), from);
  if (key === 'ArrowRight' || key === 'ArrowDown') return nextAround(fromMiddle(plane), from, true);
  if (!/^\d$/.test(key)) return undefined;
  const next = labels.indexOf(Number(key), (from ?? -1) + 1);
  return next >= 0 ? next : labels.indexOf(Number(key));
}

/** The places of the images relative to the middle, with y up. */
function fromMiddle(plane: Plane): Float32Array {
  const middle = plane.canvas.clientWidth / 2;
  return plane.places().map((value, i) => (i % 2 === 0 ? value - middle : middle - value));
}
