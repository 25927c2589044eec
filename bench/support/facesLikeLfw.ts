import * as tf from '@tensorflow/tfjs-core';
import {fitReduction} from '../../src/evaluate/embeddings/fitReduction';
import {reduceEmbeddings} from '../../src/evaluate/embeddings/reduceEmbeddings';
import {symmetricEigen} from '../../src/evaluate/embeddings/symmetricEigen';
import {lfwEmbeddings} from './lfwEmbeddings';

/** Makes embeddings of people who never were. */
export interface DrawnFaces {
  /** Image `image` of `count` people from `first` on, who are other people for another number. `[count, dimension]`. */
  rows(first: number, count: number, image: number): Float32Array;
}

/**
 * People drawn from the normal distribution of LFW's: their means spread as those of its 423 people with five images or more, the images of one
 * as theirs do. Beside directions that are spread evenly they crowd as faces do: half of the variance lies in a few directions.
 *
 * @param dimension The embeddings are reduced to so many numbers.
 */
export async function facesLikeLfw(dimension: number): Promise<DrawnFaces> {
  const {labels, ...whole} = await lfwEmbeddings(5);
  const reduction = fitReduction(whole, {dimension});
  const {values} = reduceEmbeddings(reduction, whole);
  const images = labels.length;
  const people = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const counts = new Float32Array(people);
  const means = new Float32Array(people * dimension);
  labels.forEach((label, i) => {
    counts[label]++;
    for (let d = 0; d < dimension; d++) means[label * dimension + d] += values[i * dimension + d];
  });
  for (let p = 0; p < people; p++) for (let d = 0; d < dimension; d++) means[p * dimension + d] /= counts[p];
  const center = new Float32Array(dimension);
  means.forEach((value, i) => {
    center[i % dimension] += value / people;
  });
  const between = spread(
    means.map((value, i) => value - center[i % dimension]),
    dimension,
    people - 1,
  );
  const within = spread(
    values.map((value, i) => value - means[labels[Math.floor(i / dimension)] * dimension + (i % dimension)]),
    dimension,
    images - people,
  );
  return {
    rows: (first, count, image) =>
      tf.tidy(() => {
        const drawn = (seed: number) =>
          tf.randomNormal([count, dimension], 0, 1, 'float32', seed) as tf.Tensor2D;
        const person = tf.add(tf.matMul(drawn(first + 1), between), center);
        const of = tf.add(person, tf.matMul(drawn(1e7 * (image + 1) + first + 1), within));
        return tf.div(of, tf.norm(of, 2, 1, true)).dataSync<'float32'>();
      }),
  };
}

/** Turns independent normal numbers into such as these rows are, which are around 0. */
function spread(rows: Float32Array, dimension: number, degrees: number): tf.Tensor2D {
  const covariance = tf.tidy(() => {
    const all = tf.tensor2d(rows, [rows.length / dimension, dimension]);
    return tf.div(tf.matMul(all, all, true), degrees).dataSync<'float32'>();
  });
  const {values, vectors} = symmetricEigen(Float64Array.from(covariance), dimension);
  const axes = vectors.flatMap((vector, k) => Array.from(vector, v => Math.sqrt(Math.max(0, values[k])) * v));
  return tf.tensor2d(axes, [dimension, dimension]);
}
