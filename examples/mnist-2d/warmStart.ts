import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {angularStatistics, type MarginHead} from 'face-margins';
import type {MnistPart} from 'face-margins/node';
import {embed} from './embed';

/** The mean length of embeddings that a head begins with after the warm-up. */
export const firstNorm = 10;

/**
 * Fits a new head to a network that softmax has warmed up.
 *
 * Softmax leaves embeddings too long to be turned in a short training, so the layer that makes them is scaled down; and its
 * class weights do not point where its classes lie, so the new head's begin along the mean directions of the classes.
 */
export function fitHead(network: LayersModel, head: MarginHead, train: MnistPart): void {
  const count = Math.min(train.count, 5000);
  const embeddings = embed(network, train, count);
  const classWeights = Float32Array.from(head.classWeights.dataSync());
  for (const [label, [x, y]] of classDirections(embeddings, train.labels.subarray(0, count))) {
    classWeights.set([x, y], 2 * label);
  }
  const {meanNorm} = angularStatistics(embeddings, train.labels.subarray(0, count), head.classes);
  tf.tidy(() => {
    head.setWeights([tf.tensor(classWeights, head.classWeights.shape)]);
    const embedding = network.layers[network.layers.length - 1];
    embedding.setWeights(embedding.getWeights().map(weight => tf.mul(weight, firstNorm / meanNorm)));
  });
}

/** The mean direction of the embeddings of each class that has any, as a vector of length 1. */
function classDirections(embeddings: Float32Array, labels: Uint8Array): Map<number, number[]> {
  const directions = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const [x, y] = unit(embeddings.subarray(2 * i, 2 * i + 2));
    const [sumX, sumY] = directions.get(labels[i]) ?? [0, 0];
    directions.set(labels[i], [sumX + x, sumY + y]);
  }
  return new Map([...directions].map(([label, sum]) => [label, unit(sum)]));
}

function unit([x, y]: Iterable<number>): number[] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}
