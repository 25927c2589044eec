import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {MarginHead} from 'face-margins';
import type {MnistPart} from 'face-margins/node';
import {batch} from './batches';

/** The embeddings `[count, 2]` of the first images of a data set. */
export function embed(network: LayersModel, part: MnistPart, count = part.count): Float32Array {
  const size = 500;
  const embeddings = new Float32Array(2 * count);
  for (let start = 0; start < count; start += size) {
    const places = Array.from({length: Math.min(size, count - start)}, (_, i) => start + i);
    const embedded = tf.tidy(() => (network.predict(batch(part, places).images) as tf.Tensor2D).dataSync());
    embeddings.set(embedded, 2 * start);
  }
  return embeddings;
}

/** The part of embeddings whose largest logit, without any margin, is the target's. */
export function accuracy(head: MarginHead, embeddings: Float32Array, labels: Uint8Array): number {
  return tf.tidy(() => {
    const logits = head.apply(tf.tensor2d(embeddings, [labels.length, 2])) as tf.Tensor2D;
    const right = tf.equal(tf.argMax(logits, 1), tf.tensor1d(labels, 'int32'));
    return tf.sum(right).dataSync()[0] / labels.length;
  });
}
