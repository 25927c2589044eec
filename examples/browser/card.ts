import {choices, plain} from './choices';
import type {Plane} from './plane';

/** An image of the test set, and what both networks take it for. */
export interface CardImage {
  /** `[28, 28]`; nothing where the digits have not loaded yet. */
  pixels?: Uint8Array;
  label: number;
  found: {plain: number; margin: number};
  /** The head beside softmax. */
  head: string;
}

/** Says in words what the card shows. */
export function cardText({label, found, head}: Pick<CardImage, 'label' | 'found' | 'head'>): string {
  const names = {plain: choices[plain].title, margin: choices[head].title};
  const wrong = (['plain', 'margin'] as const).filter(side => found[side] !== label);
  if (wrong.length === 0) return `A ${label}. Both networks say so.`;
  if (wrong.length === 2 && found.plain === found.margin)
    return `A ${label}. Both networks say ${found.plain}.`;
  return `A ${label}. ${wrong.map(side => `${names[side]} says ${found[side]}.`).join(' ')}`;
}

/** Shows an image beside its place in a plane; hides the card where there is none. */
export function showCard(card: HTMLElement, plane: Plane, marked?: number, image?: CardImage): void {
  card.classList.toggle('shown', image !== undefined);
  if (!image || marked === undefined) return;
  const text = card.querySelector('p') as HTMLElement;
  if (text.textContent !== cardText(image)) text.textContent = cardText(image);
  drawImage(card.querySelector('canvas') as HTMLCanvasElement, image.pixels);
  const box = plane.canvas.getBoundingClientRect();
  const places = plane.places();
  const [x, y] = [box.left + places[2 * marked], box.top + places[2 * marked + 1]];
  const {offsetWidth: width, offsetHeight: height} = card;
  // On the side away from the window's edge.
  const left = x + 18 + width < innerWidth ? x + 18 : x - 18 - width;
  const top = Math.min(Math.max(8, y - height / 2), innerHeight - height - 8);
  card.style.translate = `${Math.round(Math.max(8, left))}px ${Math.round(top)}px`;
}

function drawImage(canvas: HTMLCanvasElement, pixels?: Uint8Array): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(28, 28);
  // Black on white, or white on black: the color of text, as opaque as the ink.
  const ink = getComputedStyle(canvas).color.match(/\d+/g)?.map(Number) ?? [0, 0, 0];
  for (let i = 0; i < 784; i++) image.data.set([ink[0], ink[1], ink[2], pixels?.[i] ?? 0], 4 * i);
  context.putImageData(image, 0, 0);
}
