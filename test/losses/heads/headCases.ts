import * as tf from '@tensorflow/tfjs-core';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {coco} from '../../../src/losses/heads/coco';
import {combinedMargin} from '../../../src/losses/heads/combinedMargin';
import {cosFace} from '../../../src/losses/heads/cosFace';
import {customHead} from '../../../src/losses/heads/customHead';
import {focal} from '../../../src/losses/heads/focal';
import {l2Softmax} from '../../../src/losses/heads/l2Softmax';
import {lSoftmax} from '../../../src/losses/heads/lSoftmax';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {normFace} from '../../../src/losses/heads/normFace';
import {softmax} from '../../../src/losses/heads/softmax';
import {subCenterArcFace} from '../../../src/losses/heads/subCenterArcFace';
import type {Margin} from '../../../src/ops/margin/margin';
import {angularLogit, cosine} from '../../reference/angularLogit';
import * as reference from '../../reference/arcFace';
import {aSoftmax as aSoftmaxReference} from '../../reference/aSoftmax';
import {coco as cocoReference} from '../../reference/coco';
import {combined} from '../../reference/combinedMargin';
import {cosFace as cosFaceReference} from '../../reference/cosFace';
import {l2Softmax as l2SoftmaxReference} from '../../reference/l2Softmax';
import {lSoftmax as lSoftmaxReference} from '../../reference/lSoftmax';
import {normFace as normFaceReference} from '../../reference/normFace';
import {softmaxHead} from '../../reference/softmaxHead';
import {type HeadInputs, type HeadResult, softmaxLoss} from '../../reference/softmaxLoss';
import {subCenterArcFace as subCenterReference} from '../../reference/subCenterArcFace';
import {focal as focalReference} from '../../reference/targetLosses';

/** A head of the library beside the float64 formula it must agree with. */
export interface HeadCase {
  name: string;
  /** Whether the head has a scale that can be learned. */
  scaled: boolean;
  head(options: HeadOptions): MarginHead;
  formula(inputs: HeadInputs, scale: number): HeadResult;
  /** Angles at which f or its derivative jumps. */
  seams: number[];
  /** How many rows of weights a class has; 1 unless given. */
  subCenters?: number;
}

interface HeadOptions {
  classes: number;
  scale: number;
  learnScale?: boolean;
  seed?: number;
}

/** Angles at which ψ's pieces meet. */
const psiSeams = (m: number) => Array.from({length: m - 1}, (_, k) => ((k + 1) * Math.PI) / m);

const arcFaceCases = (['hard', 'continuous', 'none'] as const).map(
  (beyond): HeadCase => ({
    name: `ArcFace, beyond π ${beyond}`,
    scaled: true,
    head: options => arcFace({...options, margin: 0.5, beyondPi: beyond}),
    formula: (inputs, scale) => reference.arcFace(inputs, {scale, margin: 0.5, beyond}),
    seams: [Math.PI - 0.5],
  }),
);

const combinedCases = (['hard', 'continuous', 'none'] as const).flatMap(beyond =>
  [
    [1, 0.3, 0.2],
    [0.9, 0.4, 0.15],
    [1.35, 0, 0],
    [2.7, 0.2, 0.1],
  ].map(
    ([m1, m2, m3]): HeadCase => ({
      name: `combined margin (${m1}, ${m2}, ${m3}), beyond π ${beyond}`,
      scaled: true,
      head: options => combinedMargin({...options, m1, m2, m3, beyondPi: beyond}),
      formula: (inputs, scale) =>
        combined(inputs, {scale, angleFactor: m1, angularMargin: m2, cosineMargin: m3, beyond}),
      seams: [1, 2].map(k => (k * Math.PI - m2) / m1).filter(theta => theta < Math.PI - 1e-3),
    }),
  ),
);

const multiplicativeCases = [1, 2, 3, 4].flatMap((margin): HeadCase[] => [
  {
    name: `L-Softmax, m = ${margin}`,
    scaled: false,
    head: ({classes, seed}) => lSoftmax({classes, seed, margin, lambda: 0.5}),
    formula: inputs => lSoftmaxReference(inputs, {margin, lambda: 0.5}),
    seams: psiSeams(margin),
  },
  {
    name: `A-Softmax, m = ${margin}`,
    scaled: false,
    head: ({classes, seed}) => aSoftmax({classes, seed, margin, lambda: 0}),
    formula: inputs => aSoftmaxReference(inputs, {margin, lambda: 0}),
    seams: psiSeams(margin),
  },
]);

const focalCases = [0, 0.7, 2].map(
  (gamma): HeadCase => ({
    name: `ArcFace with focal loss, γ = ${gamma}`,
    scaled: true,
    head: options => arcFace({...options, margin: 0.5, targetLoss: focal({gamma})}),
    formula: (inputs, scale) =>
      reference.arcFace({...inputs, targetLoss: focalReference(gamma)}, {scale, margin: 0.5}),
    seams: [Math.PI - 0.5],
  }),
);

/** Halfway between CosFace and ArcFace, written as a user would. */
const halfway: Margin = {
  value: ({cos, theta}) => tf.div(tf.add(tf.sub(cos, 0.35), tf.cos(tf.add(theta, 0.5))), 2),
  derivative: ({sin, theta}) => tf.neg(tf.div(tf.add(sin, tf.sin(tf.add(theta, 0.5))), 2)),
};

export const headCases: HeadCase[] = [
  {
    name: 'softmax',
    scaled: false,
    head: ({classes, seed}) => softmax({classes, seed}),
    formula: inputs => softmaxHead(inputs),
    seams: [],
  },
  {
    name: 'L2-softmax',
    scaled: true,
    head: options => l2Softmax(options),
    formula: (inputs, scale) => l2SoftmaxReference(inputs, {scale}),
    seams: [],
  },
  {
    name: 'NormFace',
    scaled: true,
    head: options => normFace(options),
    formula: (inputs, scale) => normFaceReference(inputs, {scale}),
    seams: [],
  },
  {
    name: 'COCO',
    scaled: true,
    head: options => coco(options),
    formula: (inputs, scale) => cocoReference(inputs, {scale}),
    seams: [],
  },
  {
    name: 'CosFace',
    scaled: true,
    head: options => cosFace({...options, margin: 0.35}),
    formula: (inputs, scale) => cosFaceReference(inputs, {scale, margin: 0.35}),
    seams: [],
  },
  ...arcFaceCases,
  {
    name: 'ArcFace, easy',
    scaled: true,
    head: options => arcFace({...options, margin: 0.5, easy: true}),
    formula: (inputs, scale) => reference.arcFace(inputs, {scale, margin: 0.5, easy: true}),
    seams: [Math.PI / 2],
  },
  {
    name: 'ArcFace, straight-through',
    scaled: true,
    head: options => arcFace({...options, margin: 0.5, gradient: 'straight-through'}),
    formula: (inputs, scale) => reference.arcFace(inputs, {scale, margin: 0.5, gradient: 'straight-through'}),
    seams: [Math.PI - 0.5],
  },
  ...[1, 3].map(
    (subCenters): HeadCase => ({
      name: `sub-center ArcFace, K = ${subCenters}`,
      scaled: true,
      head: options => subCenterArcFace({...options, subCenters, margin: 0.3}),
      formula: (inputs, scale) => subCenterReference(inputs, {scale, margin: 0.3, subCenters}),
      seams: [],
      subCenters,
    }),
  ),
  ...combinedCases,
  ...multiplicativeCases,
  ...focalCases,
  {
    name: 'a custom head',
    scaled: true,
    head: options => customHead({...options, margin: halfway}),
    formula: (inputs, scale) =>
      softmaxLoss(inputs, {
        logit: (x, w, isTarget) =>
          angularLogit(
            x,
            w,
            isTarget
              ? theta => ({
                  value: (Math.cos(theta) - 0.35 + Math.cos(theta + 0.5)) / 2,
                  slope: -(Math.sin(theta) + Math.sin(theta + 0.5)) / 2,
                })
              : cosine,
            {scale},
          ),
      }),
    seams: [],
  },
];

/** Value and gradients of the library's head in one float32 evaluation. */
export interface Evaluated {
  losses: number[];
  embeddings: number[][];
  weights: number[][];
  scale: number;
}

/** Evaluates `Σ u_i L_i` and its gradients with the class weights of `inputs`, left on the device. */
export function evaluateOnDevice(head: MarginHead, inputs: HeadInputs): Record<keyof Evaluated, tf.Tensor> {
  const {embeddings, weights, labels, upstream} = inputs;
  return tf.tidy(() => {
    const x = tf.tensor2d(embeddings as number[][]);
    const y = tf.tensor1d(labels as number[], 'int32');
    if (!head.built) head.apply(x);
    (head.classWeights as unknown as tf.Variable).assign(tf.tensor2d(weights as number[][]));
    const u = tf.tensor1d((upstream ?? labels.map(() => 1)) as number[]);
    const input = tf.variable(x);
    const {grads} = tf.variableGrads(
      () => tf.sum(tf.mul(head.loss(input as unknown as tf.Tensor2D, y), u)) as tf.Scalar,
    );
    const of = (variable: tf.Variable) => grads[variable.name];
    const scale = head.trainableWeights[1]?.read() as tf.Variable | undefined;
    const result = {
      losses: head.loss(x, y),
      embeddings: of(input),
      weights: of(head.classWeights as unknown as tf.Variable),
      scale: scale === undefined ? tf.scalar(Number.NaN) : of(scale),
    };
    input.dispose();
    return result;
  });
}

/** {@link evaluateOnDevice}, read back. */
export function evaluate(head: MarginHead, inputs: HeadInputs): Evaluated {
  const onDevice = evaluateOnDevice(head, inputs);
  const read = Object.entries(onDevice).map(([name, tensor]) => [name, tensor.arraySync()]);
  tf.dispose(onDevice);
  return Object.fromEntries(read);
}

/** {@link evaluate} for backends that can only be read back asynchronously. */
export async function evaluateAsync(head: MarginHead, inputs: HeadInputs): Promise<Evaluated> {
  const onDevice = evaluateOnDevice(head, inputs);
  const read = Object.entries(onDevice).map(async ([name, tensor]) => [name, await tensor.array()]);
  const result = Object.fromEntries(await Promise.all(read));
  tf.dispose(onDevice);
  return result;
}

/** The inputs as float32 holds them, so that the formula sees what the library sees. */
export const inFloat32 = (inputs: HeadInputs): HeadInputs => ({
  ...inputs,
  embeddings: inputs.embeddings.map(row => row.map(Math.fround)),
  weights: inputs.weights.map(row => row.map(Math.fround)),
});
