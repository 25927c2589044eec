import * as tf from '@tensorflow/tfjs-core';
import type {BatchSource} from 'face-margins/data';

/** What to make. */
export interface SyntheticOptions {
  classes: number;
  /** Images of a batch. */
  batch: number;
  /** Batches of a pass. */
  batches: number;
  seed: number;
}

/**
 * Images of 8×8 points in very many classes: each class has a pattern of its own, and each image adds noise to it.
 * An image is the same in batches of any size.
 */
export function syntheticClasses({classes, batch, batches, seed}: SyntheticOptions): BatchSource {
  const noise = (...key: number[]) =>
    // TensorFlow.js hashes texts, though its types name numbers only.
    tf.randomNormal([1, 64], 0, 1, 'float32', key.join(' ') as unknown as number);
  const make = (pass: number, place: number) =>
    tf.tidy(() => {
      const places = Array.from({length: batch}, (_, i) => place * batch + i);
      const labels = Int32Array.from(places, image => {
        const [drawn] = tf.randomUniform([1], 0, 1, 'float32', `${seed} ${pass} ${image}`).dataSync();
        return Math.min(classes - 1, Math.floor(classes * drawn));
      });
      const patterns = tf.concat([...labels].map(label => noise(seed, label)));
      const images = tf.add(
        patterns,
        tf.mul(0.3, tf.concat(places.map(image => noise(seed, pass, image, 1)))),
      );
      return {
        images: tf.reshape(images, [batch, 8, 8, 1]) as tf.Tensor4D,
        labels: tf.tensor1d(labels, 'int32'),
      };
    });
  async function* every(pass: number, from: number, step: number) {
    for (let place = from; place < batches; place += step) yield make(pass, place);
  }
  return {batchesPerEpoch: batches, every, epoch: (pass, from = 0) => every(pass, from, 1)};
}
