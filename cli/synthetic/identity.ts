import {seededRandom} from 'face-margins/data';
import {type FaceConfig, generate} from 'facesjs';
import {withRandom} from './withRandom';

/** A synthetic person: a cartoon face that nobody has. One seed and one number give one person. */
export function identity(seed: number, index: number): FaceConfig {
  const random = seededRandom(seed, index);
  const gender = random() < 0.5 ? 'female' : 'male';
  const face = withRandom(random, () => generate(undefined, {gender}));
  // What a person puts on and off is no part of who they are.
  face.glasses.id = 'none';
  face.accessories.id = 'none';
  return face;
}
