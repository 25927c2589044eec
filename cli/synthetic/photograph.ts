import {Resvg} from '@resvg/resvg-js';
import {type Pixels, seededRandom} from 'face-margins/data';
import {type FaceConfig, faceToSvgString} from 'facesjs';
import {develop} from './develop';
import {drawing} from './drawing';
import {type Pose, pose} from './pose';

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
  const picture = rgb(new Resvg(drawing(chosen, faceToSvgString), options).render().pixels, size);
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

function rgb(rgba: Uint8Array, size: number): Pixels {
  const data = new Float32Array(size * size * 3);
  for (let i = 0; i < size * size; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return {data, width: size, height: size};
}
