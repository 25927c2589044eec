import {cpus} from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
// Brings the gradients of stock operations, which tfjs-core alone does not register.
import '@tensorflow/tfjs-layers';
import {adaCos} from '../src/losses/heads/adaCos';
import {adaFace} from '../src/losses/heads/adaFace';
import {arcFace} from '../src/losses/heads/arcFace';
import {circleFace} from '../src/losses/heads/circleFace';
import {curricularFace} from '../src/losses/heads/curricularFace';
import {elasticFace} from '../src/losses/heads/elasticFace';
import {magCosFace} from '../src/losses/heads/magCosFace';
import {magFace} from '../src/losses/heads/magFace';
import type {MarginHead} from '../src/losses/heads/marginHead';
import {mvSoftmax} from '../src/losses/heads/mvSoftmax';
import {sphereFace2} from '../src/losses/heads/sphereFace2';
import {sphereFaceR} from '../src/losses/heads/sphereFaceR';
import {uniFace} from '../src/losses/heads/uniFace';
import {angularMargin} from '../src/losses/margins/angularMargin';
import {marginSoftmax} from '../src/ops/margin/marginSoftmax';
import {trainableVariables} from '../src/train/step/trainableVariables';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {composedArcFace} from './support/composedArcFace';
import {PythonPeer, peersPython} from './support/pythonPeer';
import {keepStockKernels, onStockKernels} from './support/stockKernels';

export const description =
  'the fused ArcFace beside the composed one, its three matrix products, and PyTorch; every newer head beside ArcFace';

const BATCH = 128;
const DIMENSION = 512;
const RECENT_BATCH = 64;
const RECENT_CLASSES = 10_000;
const SCALE = 64;
const MARGIN = 0.5;

keepStockKernels('wasm');

type Loss = (x: tf.Tensor2D, w: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

const margin = angularMargin({m2: MARGIN});
const fused: Loss = (x, w, labels) => tf.mean(marginSoftmax(x, w, labels, {scale: SCALE, margin}));
const composed: Loss = (x, w, labels) => composedArcFace(x, w, labels, {scale: SCALE, margin: MARGIN});

const normal = (shape: [number, number], deviation: number, seed: number) =>
  tf.randomNormal(shape, 0, deviation, 'float32', seed) as tf.Tensor2D;

function batchOf(classes: number, batch = BATCH) {
  const labels = tf.cast(tf.randomUniform([batch], 0, classes, 'float32', 3), 'int32') as tf.Tensor1D;
  return {x: normal([batch, DIMENSION], 1, 1), w: normal([classes, DIMENSION], 0.01, 2), labels};
}

type Batch = ReturnType<typeof batchOf>;

function gradientCase(name: string, backend: 'tensorflow' | 'wasm', classes: number, loss: Loss): Case {
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
function productsCase(name: string, backend: 'tensorflow' | 'wasm', classes: number): Case {
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

function pytorchCase(name: string, classes: number): Case {
  return benchCase<PythonPeer>({
    name,
    setup: () => new PythonPeer('arcface_peer.py'),
    run: peer => peer.ask({classes, batch: BATCH, dimension: DIMENSION, threads: cpus().length}),
    dispose: peer => peer.close(),
  });
}

const recentHeads: Record<string, () => MarginHead> = {
  AdaFace: () => adaFace({classes: RECENT_CLASSES}),
  MagFace: () => magFace({classes: RECENT_CLASSES}),
  'Mag-CosFace': () => magCosFace({classes: RECENT_CLASSES}),
  CurricularFace: () => curricularFace({classes: RECENT_CLASSES}),
  'MV-Softmax': () => mvSoftmax({classes: RECENT_CLASSES}),
  ElasticFace: () => elasticFace({classes: RECENT_CLASSES}),
  'ElasticFace+': () => elasticFace({classes: RECENT_CLASSES, plus: true}),
  UniFace: () => uniFace({classes: RECENT_CLASSES}),
  SphereFace2: () => sphereFace2({classes: RECENT_CLASSES}),
  'SphereFace-R': () => sphereFaceR({classes: RECENT_CLASSES}),
  'SphereFace-R on the others': () => sphereFaceR({classes: RECENT_CLASSES, on: 'others'}),
  'class-level Circle': () => circleFace({classes: RECENT_CLASSES}),
  AdaCos: () => adaCos({classes: RECENT_CLASSES}),
  'ArcFace with a filter': () => arcFace({classes: RECENT_CLASSES, interClassFilter: 0.4}),
};

/** A training step of a head without the update: loss, gradients to embeddings and to all that the head learns, and its state. */
function stepCase(name: string, makeHead: () => MarginHead): Case {
  return benchCase<{head: MarginHead; x: tf.Variable; labels: tf.Tensor1D}>({
    name,
    backend: 'wasm',
    setup: () => {
      const {x, w, labels} = batchOf(RECENT_CLASSES, RECENT_BATCH);
      const head = makeHead();
      tf.dispose(head.apply(x));
      (head.classWeights as unknown as tf.Variable).assign(w);
      w.dispose();
      return {head, x: tf.variable(x), labels};
    },
    run: async ({head, x, labels}) => {
      const embeddings = x as unknown as tf.Tensor2D;
      const {value, grads} = tf.variableGrads(
        () => tf.mean(head.loss(embeddings, labels)) as tf.Scalar,
        [x, ...trainableVariables(head)],
      );
      head.afterStep?.(embeddings, labels);
      await value.data();
      tf.dispose([value, ...Object.values(grads)]);
    },
    dispose: ({head, x, labels}) => {
      head.dispose();
      tf.dispose([x, labels]);
    },
  });
}

function stepsOfRecentHeads(): Bench {
  const ofArcFace = 'ArcFace step';
  const names = Object.keys(recentHeads);
  return {
    cases: [
      stepCase(ofArcFace, () => arcFace({classes: RECENT_CLASSES})),
      ...names.map(name => stepCase(`${name} step`, recentHeads[name])),
    ],
    ratios: Object.fromEntries(names.map(name => [`${name} / ArcFace`, [`${name} step`, ofArcFace]])),
    rounds: 9,
    warmUp: 2,
  };
}

export function bench(): Bench[] {
  return [fusedAndComposed(), stepsOfRecentHeads()];
}

function fusedAndComposed(): Bench {
  const native = installed('@tensorflow/tfjs-node');
  const cases: Case[] = [];
  const ratios: Record<string, [string, string]> = {};
  for (const classes of [1000, 10_000, 100_000]) {
    const size = `${classes / 1000}k`;
    if (native) {
      const [ours, stock, floor] = ['fused', 'composed', 'products'].map(
        kind => `tensorflow ${kind} ${size}`,
      );
      cases.push(
        gradientCase(ours, 'tensorflow', classes, fused),
        gradientCase(stock, 'tensorflow', classes, composed),
        productsCase(floor, 'tensorflow', classes),
      );
      ratios[`tensorflow fused / composed, ${size}`] = [ours, stock];
      ratios[`tensorflow fused / its three products, ${size}`] = [ours, floor];
      if (peersPython !== undefined) {
        cases.push(pytorchCase(`pytorch ${size}`, classes));
        ratios[`tensorflow fused / pytorch, ${size}`] = [ours, `pytorch ${size}`];
      }
    }
    const [ours, stock, floor] = ['fused', 'stock composed', 'products'].map(kind => `wasm ${kind} ${size}`);
    cases.push(gradientCase(ours, 'wasm', classes, fused), productsCase(floor, 'wasm', classes));
    ratios[`wasm fused / its three products, ${size}`] = [ours, floor];
    // The composed head of 100,000 classes needs more than the 4 GB that WebAssembly can address.
    if (classes < 100_000) {
      cases.push(onStockKernels(gradientCase(stock, 'wasm', classes, composed)));
      ratios[`wasm fused / stock composed, ${size}`] = [ours, stock];
    }
  }
  return {cases, ratios, rounds: 9, warmUp: 2};
}
