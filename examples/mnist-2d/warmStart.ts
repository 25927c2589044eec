import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type MarginHead, SigmoidHead} from 'face-margins';
import type {MnistPart} from 'face-margins/node';
import {embed} from './embed';

/** The mean length of embeddings that a head begins with after the warm-up. */
export const firstNorm = 10;

/**
 * Fits a new head to a network that softmax has warmed up.
 *
 * Softmax leaves embeddings too long to be turned in a short training, so the layer that makes them is scaled down; and its
 * class weights do not point where its classes lie, so the new head's begin along the mean directions of the classes. A threshold that
 * the head learns begins where it is told to: from where the library starts it, for faces in hundreds of dimensions, it would not get there.
 */
export function fitHead(network: LayersModel, head: MarginHead, train: MnistPart, threshold?: number): void {
  const count = Math.min(train.count, 5000);
  fitHeadTo(network, head, embed(network, train, count), train.labels.subarray(0, count));
  if (head instanceof SigmoidHead && threshold !== undefined) {
    const variable = head.threshold as tf.Scalar & tf.Variable<tf.Rank.R0>;
    tf.tidy(() => variable.assign(tf.scalar(threshold)));
  }
}

/** {@link fitHead} to embeddings `[N, 2]` that the network gave images of these labels. */
export function fitHeadTo(
  network: LayersModel,
  head: MarginHead,
  embeddings: Float32Array,
  labels: Uint8Array,
): void {
  const classWeights = new Float32Array(head.classWeights.size);
  const centers = classWeights.length / 2 / head.classes;
  for (const [label, direction] of classDirections(embeddings, labels)) {
    // Several centers of a class begin on both sides of its direction, so that each finds images of its own.
    for (let k = 0; k < centers; k++) {
      classWeights.set(turned(direction, 0.1 * (k - (centers - 1) / 2)), 2 * (centers * label + k));
    }
  }
  let norms = 0;
  for (let i = 0; i < labels.length; i++) norms += Math.hypot(embeddings[2 * i], embeddings[2 * i + 1]);
  const meanNorm = norms / labels.length;
  tf.tidy(() => {
    assignClassWeights(head, classWeights);
    const embedding = network.layers[network.layers.length - 1];
    embedding.setWeights(embedding.getWeights().map(weight => tf.mul(weight, firstNorm / meanNorm)));
  });
}

/** Sets the class weights of a head, whatever other weights it has. */
export function assignClassWeights(head: MarginHead, values: Float32Array): void {
  const variable = head.classWeights as tf.Tensor2D & tf.Variable<tf.Rank.R2>;
  tf.tidy(() => variable.assign(tf.tensor2d(values, variable.shape)));
}

function turned([x, y]: number[], angle: number): number[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos];
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
