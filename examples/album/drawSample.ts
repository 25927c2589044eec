import {seededRandom} from 'face-margins/data';
import {display, type FaceConfig} from 'facesjs';
import {develop} from '../../cli/synthetic/develop';
import {drawing} from '../../cli/synthetic/drawing';
import {identity} from '../../cli/synthetic/identity';
import {pose} from '../../cli/synthetic/pose';
import type {PhotographFile} from './finding/importer';

const seed = 1;
const size = 256;
const people = 8;
const picturesEach = 6;

/** Draws the sample: cartoons of nobody, as `npm run synthetic` has them, mixed up as the photographs of an album are. */
export async function drawSample(): Promise<PhotographFile[]> {
  const files: PhotographFile[] = [];
  for (let i = 0; i < people * picturesEach; i++) {
    const [person, picture] = [(i * 5) % people, Math.floor(i / people)];
    const name = `drawing-${String(i + 1).padStart(3, '0')}.jpg`;
    files.push({name, file: await draw(person, picture)});
  }
  return files;
}

async function draw(person: number, picture: number): Promise<Blob> {
  const random = seededRandom(seed, person, picture);
  const chosen = pose(identity(seed, person), random);
  const image = new Image(size, size);
  image.src = `data:image/svg+xml,${encodeURIComponent(drawing(chosen, svgOf))}`;
  await image.decode();
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  if (!context) throw new Error('This browser gives no canvas to draw on.');
  context.drawImage(image, 0, 0, size, size);
  const {data} = context.getImageData(0, 0, size, size);
  const pixels = new Float32Array(size * size * 3);
  for (let i = 0; i < size * size; i++) pixels.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
  develop({data: pixels, width: size, height: size}, chosen, random);
  for (let i = 0; i < size * size; i++) data.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
  context.putImageData(new ImageData(data, size, size), 0, 0);
  return canvas.convertToBlob({type: 'image/jpeg', quality: 0.92});
}

/** A face as SVG, drawn by the page: facesjs measures what it places, for which it must be part of the page. */
function svgOf(face: FaceConfig): string {
  const container = document.createElement('div');
  container.style.cssText = 'position: fixed; left: -1000px; width: 400px; height: 600px';
  container.inert = true;
  document.body.append(container);
  display(container, face);
  container.remove();
  return container.innerHTML;
}
