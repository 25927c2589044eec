import * as tf from '@tensorflow/tfjs-core';
import {type Batch, seededRandom, shuffle} from 'face-margins/data';
import type {MnistPart} from 'face-margins/node';

/** Mean and standard deviation of the gray levels of MNIST's training images. */
const mean = 0.1307 * 255;
const deviation = 0.3081 * 255;

/** Makes a batch of the images at some places of a data set, scaled to mean 0 and deviation 1. The caller disposes of its tensors. */
export function batch({images, labels, height, width}: MnistPart, places: ArrayLike<number>): Batch {
  const size = height * width;
  const values = new Float32Array(places.length * size);
  for (let i = 0; i < places.length; i++) {
    for (let j = 0; j < size; j++) {
      values[i * size + j] = (images[places[i] * size + j] - mean) / deviation;
    }
  }
  return {
    images: tf.tensor4d(values, [places.length, height, width, 1]),
    labels: tf.tensor1d(
      Array.from(places, place => labels[place]),
      'int32',
    ),
  };
}

/**
 * An endless series of batches from the first `examples` images of a data set, shuffled anew on each pass.
 * One seed gives one series.
 */
export function* shuffledBatches(
  part: MnistPart,
  examples: number,
  size: number,
  seed: number,
): Generator<Batch> {
  const random = seededRandom(seed);
  const order = Uint32Array.from({length: examples}, (_, i) => i);
  for (let next = examples; ; next += size) {
    if (next + size > examples) {
      shuffle(order, random);
      next = 0;
    }
    yield batch(part, order.subarray(next, next + size));
  }
}
