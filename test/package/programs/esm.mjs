import * as tf from '@tensorflow/tfjs-core';
import {arcFace, useBackend} from 'face-margins';
import {mnist} from 'face-margins/node';

const backend = await useBackend('wasm');
const head = arcFace({classes: 3, scale: 16, margin: 0.3});
const x = tf.variable(
  tf.tensor2d([
    [1, 2],
    [3, -1],
  ]),
);
head.apply(x);
const {value, grads} = tf.variableGrads(() => tf.mean(head.loss(x, tf.tensor1d([0, 2], 'int32'))));
console.log(backend, Number.isFinite(value.dataSync()[0]), Object.keys(grads).length, typeof mnist);
