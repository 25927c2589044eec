import type {Embeddings} from '../../../src/base/embeddings';
import {testRandom} from '../../support/random';

/** The 200 templates of a person: a person more is a generation of the index. */
export function generationFaces(person: number): Embeddings {
  const random = testRandom(person);
  return {values: Float32Array.from({length: 200 * 8}, () => random.normal()), dimension: 8};
}
