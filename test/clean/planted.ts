import type {Embeddings} from '../../src/base/embeddings';
import {testRandom} from '../support/random';

/** Embeddings of people who are told apart easily, image i of person i mod `people`. */
export function planted(seed: number, people: number, images: number, noise = 0.3): Embeddings {
  const random = testRandom(seed);
  const dimension = 96;
  const centers = Array.from({length: people * dimension}, () => random.normal());
  const values = Float32Array.from({length: people * images * dimension}, (_, at) => {
    const person = Math.floor(at / dimension) % people;
    return centers[person * dimension + (at % dimension)] + noise * random.normal();
  });
  return {values, dimension};
}
