import {Resvg} from '@resvg/resvg-js';
import {blur, type Pixels, type Random, seededRandom} from 'face-margins/data';
import {type FaceConfig, faceToSvgString} from 'facesjs';
import {type Pose, pose} from './pose';

/** The part of the drawing, 400 × 600, that shows the face. */
const frame = {left: 20, top: 110, side: 360};

/**
 * A synthetic photograph of a synthetic person: RGB pixels. One person, one seed and one number give one photograph.
 *
 * @param size Rows and columns.
 * @param poorness How much darker, more blurred and noisier than usual: 0 is as usual, 1 and 2 are groups that are harder to tell apart.
 */
export function photograph(person: FaceConfig, seed: number[], size: number, poorness = 0): Pixels {
  const random = seededRandom(...seed);
  const chosen = poorer(pose(person, random), poorness);
  const options = {fitTo: {mode: 'width', value: size} as const, font: {loadSystemFonts: false}};
  const picture = rgb(new Resvg(svg(chosen), options).render().pixels, size);
  develop(picture, chosen, random);
  return picture;
}

function poorer(usual: Pose, poorness: number): Pose {
  return {
    ...usual,
    brightness: usual.brightness / (1 + poorness),
    blur: usual.blur + 1.2 * poorness,
    noise: usual.noise + 10 * poorness,
  };
}

function svg({face, shift, rotation, scale, background, light}: Pose): string {
  const drawing = faceToSvgString(face);
  const inside = drawing.slice(drawing.indexOf('>') + 1, drawing.lastIndexOf('</svg>'));
  const {left, top, side} = frame;
  const [x, y] = [left + side / 2, top + side / 2];
  const place = `translate(${shift}) rotate(${rotation} ${x} ${y}) translate(${x} ${y}) scale(${scale}) translate(${-x} ${-y})`;
  const box = `x="${left}" y="${top}" width="${side}" height="${side}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${side} ${side}">` +
    `<defs><linearGradient id="light" gradientTransform="rotate(${light.angle} 0.5 0.5)">` +
    `<stop offset="0" stop-color="#fff" stop-opacity="${light.strength / 3}"/>` +
    `<stop offset="0.5" stop-color="${light.tint}" stop-opacity="0"/>` +
    `<stop offset="1" stop-color="${light.tint}" stop-opacity="${light.strength}"/></linearGradient></defs>` +
    `<rect ${box} fill="${background}"/><g transform="${place}">${inside}</g><rect ${box} fill="url(#light)"/></svg>`
  );
}

function rgb(rgba: Uint8Array, size: number): Pixels {
  const data = new Float32Array(size * size * 3);
  for (let i = 0; i < size * size; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return {data, width: size, height: size};
}

/** Brightness, blur and the noise of a sensor. */
function develop(picture: Pixels, {brightness, blur: width, noise}: Pose, random: Random): void {
  if (width > 0) blur(picture, random, {sigma: [width, width]});
  const {data} = picture;
  for (let i = 0; i < data.length; i++) {
    // Three even draws: near enough to a Gaussian, for a quarter of the time.
    const grain = 2 * noise * (random() + random() + random() - 1.5);
    data[i] = Math.min(255, Math.max(0, brightness * data[i] + grain));
  }
}
