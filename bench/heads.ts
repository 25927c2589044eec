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
import {trainableVariables} from '../src/train/step/trainableVariables';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {batchOf, composed, fused, gradientCase, productsCase, pytorchHeadCase} from './support/headCases';
import {peersPython} from './support/pythonPeer';
import {keepStockKernels, onStockKernels} from './support/stockKernels';

export const description =
  'the fused ArcFace beside the composed one, its three matrix products, and PyTorch; every newer head beside ArcFace';

const RECENT_BATCH = 64;
const RECENT_CLASSES = 10_000;

keepStockKernels('wasm');

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
        cases.push(pytorchHeadCase(`pytorch ${size}`, classes));
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
