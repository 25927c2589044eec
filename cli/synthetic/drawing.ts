import type {FaceConfig} from 'facesjs';
import type {Pose} from './pose';

/** The part of the drawing, 400 × 600, that shows the face. */
const frame = {left: 20, top: 110, side: 360};

/**
 * A pose as SVG.
 *
 * @param svgOf Draws a face, 400 × 600, as one element `svg`: `faceToSvgString` in Node; in a page facesjs draws into an element.
 */
export function drawing(
  {face, shift, rotation, scale, background, light}: Pose,
  svgOf: (face: FaceConfig) => string,
): string {
  const whole = svgOf(face);
  const inside = whole.slice(whole.indexOf('>') + 1, whole.lastIndexOf('</svg>'));
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
