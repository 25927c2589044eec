import * as tf from '@tensorflow/tfjs-core';
import {type Pixels, type Point, pixelTensor} from 'face-margins/data';
import type {Embedder} from './embedder';
import type {FaceApi} from './faceApi';

const size = 150;

/**
 * Where face-api's own crop puts the five points, in the mean of photographs, made symmetric. Turned upright, faces of one person come
 * closer than in that crop, which turns nothing.
 */
const template: readonly Point[] = [
  [47.0, 36.9],
  [103.0, 36.9],
  [75.0, 73.3],
  [49.6, 97.6],
  [100.4, 97.6],
];

/** The embeddings of face-api: 128 numbers, from the weights of dlib's network. */
export const faceApiEmbedder = (api: FaceApi): Embedder => ({
  name: 'face-api’s face recognition network (128 numbers)',
  size,
  template,
  embed: (faces: readonly Pixels[]) =>
    tf.tidy(() => api.embed(pixelTensor([...faces], {normalize: {mean: 0, deviation: 1}}))),
});
