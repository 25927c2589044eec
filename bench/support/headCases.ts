import {cpus} from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import {angularMargin} from '../../src/losses/margins/angularMargin';
import {marginSoftmax} from '../../src/ops/margin/marginSoftmax';
import {benchCase, type Case} from '../harness';
import {composedArcFace} from './composedArcFace';
import {PythonPeer} from './pythonPeer';

const BATCH = 128;
const DIMENSION = 512;
const SCALE = 64;
const MARGIN = 0.5;

type Loss = (x: tf.Tensor2D, w: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

const margin = angularMargin({m2: MARGIN});
export const fused: Loss = (x, w, labels) => tf.mean(marginSoftmax(x, w, labels, {scale: SCALE, margin}));
export const composed: Loss = (x, w, labels) => composedArcFace(x, w, labels, {scale: SCALE, margin: MARGIN});

const normal = (shape: [number, number], deviation: number, seed: number) =>
  tf.randomNormal(shape, 0, deviation, 'float32', seed) as tf.Tensor2D;

/** Embeddings, class weights and labels. */
export function batchOf(classes: number, batch = BATCH) {
  const labels = tf.cast(tf.randomUniform([batch], 0, classes, 'float32', 3), 'int32') as tf.Tensor1D;
  return {x: normal([batch, DIMENSION], 1, 1), w: normal([classes, DIMENSION], 0.01, 2), labels};
}

type Batch = ReturnType<typeof batchOf>;

/** The gradients of a head's loss to embeddings and class weights. */
export function gradientCase(
  name: string,
  backend: 'tensorflow' | 'wasm',
  classes: number,
  loss: Loss,
): Case {
  return benchCase<Batch>({
    name,
    backend,
    memory: classes === 100_000,
    setup: () => batchOf(classes),
    run: async ({x, w, labels}) => {
      const gradients = tf.grads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D, labels))([x, w]);
      await gradients[0].data();
      tf.dispose(gradients);
    },
    dispose: batch => tf.dispose(Object.values(batch)),
  });
}

/** The floor: the three matrix products any such head needs. */
export function productsCase(name: string, backend: 'tensorflow' | 'wasm', classes: number): Case {
  return benchCase<Batch & {logits: tf.Tensor2D}>({
    name,
    backend,
    setup: () => ({...batchOf(classes), logits: normal([BATCH, classes], 1, 4)}),
    run: async ({x, w, logits}) => {
      tf.dispose(tf.matMul(x, w, false, true));
      const last = [tf.matMul(logits, w), tf.matMul(logits, x, true, false)];
      await last[0].data();
      tf.dispose(last);
    },
    dispose: batch => tf.dispose(Object.values(batch)),
  });
}

/** ArcFace in PyTorch. */
export function pytorchHeadCase(name: string, classes: number): Case {
  return benchCase<PythonPeer>({
    name,
    setup: () => new PythonPeer('arcface_peer.py'),
    run: peer => peer.ask({classes, batch: BATCH, dimension: DIMENSION, threads: cpus().length}),
    dispose: peer => peer.close(),
  });
}
