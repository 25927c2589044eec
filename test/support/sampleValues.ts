import * as tf from '@tensorflow/tfjs-core';
import {arcFace, compact, sgd, Trainer} from 'face-margins';

/*
 * What a sample of a doc comment may use without making it: four images of two people, in one batch, their embeddings, and what
 * trains on them.
 */

export const labels: tf.Tensor1D = tf.tensor1d([0, 1, 0, 1], 'int32');
export const images: tf.Tensor4D = tf.randomNormal([4, 8, 8, 1], 0, 1, 'float32', 1);
export const embeddings: tf.Tensor2D = tf.randomNormal([4, 8], 0, 1, 'float32', 2);
/** Weights of the two classes. */
export const weights: tf.Tensor2D = tf.randomNormal([2, 8], 0, 1, 'float32', 3);
export const batches: {images: tf.Tensor4D; labels: tf.Tensor1D}[] = [{images, labels}];
export const network = compact({embeddingSize: 8, inputShape: [8, 8, 1], seed: 1});
export const head = arcFace({classes: 2, scale: 8, margin: 0.1, seed: 1});
export const trainer = new Trainer({
  backbone: network,
  objective: head,
  optimizer: sgd({momentum: 0.9}),
  learningRate: 0.01,
});
