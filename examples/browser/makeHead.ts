import * as tf from '@tensorflow/tfjs-core';
import {arcFace, aSoftmax, cosFace, l2Softmax, type MarginHead, normFace, softmax} from 'face-margins';
import {choices} from './choices';
import type {Wish} from './messages';

const factories: Record<string, (options: {classes: number; margin?: number}) => MarginHead> = {
  arcFace,
  aSoftmax,
  cosFace,
  l2Softmax,
  normFace,
  softmax,
};

/** Makes the head of the table {@link choices} with a margin, and its weights: only layers that were applied can be disposed of. */
export function makeHead({head: name, margin}: Wish): MarginHead {
  const {factory, options, margin: range} = choices[name];
  const all = {classes: options.classes, ...options, ...(range && {margin})};
  const head = factories[factory](all);
  tf.tidy(() => head.apply(tf.zeros([1, 2])) as tf.Tensor);
  return head;
}
