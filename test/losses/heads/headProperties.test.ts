import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {trainableVariables} from '../../../src/train/step/trainableVariables';
import {awkwardMatrix} from '../../support/awkwardMatrix';
import {type TestRandom, testRandom} from '../../support/random';
import {headCases} from './headCases';

const BATCH = 512;
const CLASSES = 24;
const DIMENSION = 6;

/** `npm run fuzz` tries more than 1,000,000 examples over all heads. */
const rounds = process.env.FACE_MARGINS_FUZZ ? 6 : 1;

/** How many values of a step's losses, logits and gradients are not finite. */
function notFinite(head: MarginHead, random: TestRandom, scale: number): number {
  return tf.tidy(() => {
    const weights = awkwardMatrix(random, head.classWeights.shape[0] as number, DIMENSION);
    const embeddings = tf.variable(tf.tensor2d(awkwardMatrix(random, BATCH, DIMENSION, weights)));
    const x = embeddings as unknown as tf.Tensor2D;
    const labels = tf.tensor1d(
      Array.from({length: BATCH}, () => random.integer(CLASSES)),
      'int32',
    );
    const upstream = tf.randomUniform([BATCH], -1, 1, 'float32', random.integer(1e6));
    const [classWeights, learned] = trainableVariables(head);
    classWeights.assign(tf.tensor2d(weights));
    learned?.assign(tf.scalar(scale));
    const steps = [
      () => tf.sum(tf.mul(head.loss(x, labels), upstream)) as tf.Scalar,
      () =>
        tf.sum(
          tf.mul(tf.tanh(head.apply([x, labels]) as tf.Tensor), tf.expandDims(upstream, 1)),
        ) as tf.Scalar,
    ];
    let count = 0;
    for (const step of steps) {
      const {value, grads} = tf.variableGrads(step, [embeddings, ...trainableVariables(head)]);
      for (const tensor of [value, ...Object.values(grads)]) {
        count += tf.sum(tf.sub(1, tf.cast(tf.isFinite(tensor), 'float32'))).arraySync() as number;
      }
    }
    embeddings.dispose();
    return count;
  });
}

describe('heads for any finite input', () => {
  it.each([
    ...headCases,
    {
      name: "A-Softmax with SphereFace's gradient",
      scaled: false,
      head: ({classes}: {classes: number}) =>
        aSoftmax({classes, margin: 4, lambda: 0, gradient: 'sphereface'}),
    },
  ])('$name gives no NaN and no Infinity', async ({head, scaled}) => {
    await useBackend('wasm');
    const random = testRandom(31);
    const layer = head({classes: CLASSES, scale: 16, learnScale: scaled});
    tf.dispose(layer.apply(tf.zeros([1, DIMENSION])) as tf.Tensor);
    for (let round = 0; round < rounds; round++) {
      for (const scale of [1, 16, 64, 0, -1, 1e-3]) expect(notFinite(layer, random, scale)).toBe(0);
    }
  });
});
