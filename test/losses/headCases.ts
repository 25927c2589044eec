import * as tf from '@tensorflow/tfjs-core';
import {arcFace} from '../../src/losses/arcFace';
import {cosFace} from '../../src/losses/cosFace';
import {l2Softmax} from '../../src/losses/l2Softmax';
import type {MarginHead} from '../../src/losses/marginHead';
import {normFace} from '../../src/losses/normFace';
import {softmax} from '../../src/losses/softmax';
import * as reference from '../reference/arcFace';
import {cosFace as cosFaceReference} from '../reference/cosFace';
import {l2Softmax as l2SoftmaxReference} from '../reference/l2Softmax';
import {normFace as normFaceReference} from '../reference/normFace';
import {softmaxHead} from '../reference/softmaxHead';
import type {HeadInputs, HeadResult} from '../reference/softmaxLoss';

/** A head of the library beside the float64 formula it must agree with. */
export interface HeadCase {
  name: string;
  /** Whether the head has a scale that can be learned. */
  scaled: boolean;
  head(options: {classes: number; scale: number; learnScale?: boolean}): MarginHead;
  formula(inputs: HeadInputs, scale: number): HeadResult;
  /** Angles at which f or its derivative jumps. */
  seams: number[];
}

export const headCases: HeadCase[] = [
  {
    name: 'softmax',
    scaled: false,
    head: ({classes}) => softmax({classes}),
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
    name: 'CosFace',
    scaled: true,
    head: options => cosFace({...options, margin: 0.35}),
    formula: (inputs, scale) => cosFaceReference(inputs, {scale, margin: 0.35}),
    seams: [],
  },
  {
    name: 'ArcFace',
    scaled: true,
    head: options => arcFace({...options, margin: 0.5}),
    formula: (inputs, scale) => reference.arcFace(inputs, {scale, margin: 0.5}),
    seams: [Math.PI - 0.5],
  },
];

/** Value and gradients of the library's head in one float32 evaluation. */
export interface Evaluated {
  losses: number[];
  embeddings: number[][];
  weights: number[][];
  scale: number;
}

/** Evaluates `Σ u_i L_i` and its gradients with the class weights of `inputs`. */
export function evaluate(head: MarginHead, inputs: HeadInputs): Evaluated {
  const {embeddings, weights, labels, upstream} = inputs;
  return tf.tidy(() => {
    const x = tf.tensor2d(embeddings as number[][]);
    const y = tf.tensor1d(labels as number[], 'int32');
    if (!head.built) head.apply(x);
    (head.classWeights as unknown as tf.Variable).assign(tf.tensor2d(weights as number[][]));
    const u = tf.tensor1d((upstream ?? labels.map(() => 1)) as number[]);
    const input = tf.variable(x);
    const {grads} = tf.variableGrads(() => tf.sum(tf.mul(head.loss(input as unknown as tf.Tensor2D, y), u)) as tf.Scalar);
    const of = (variable: tf.Variable) => grads[variable.name].arraySync();
    const scale = head.trainableWeights[1]?.read() as tf.Variable | undefined;
    const result = {
      losses: head.loss(x, y).arraySync(),
      embeddings: of(input) as number[][],
      weights: of(head.classWeights as unknown as tf.Variable) as number[][],
      scale: scale === undefined ? Number.NaN : (of(scale) as number),
    };
    input.dispose();
    return result;
  });
}

/** The inputs as float32 holds them, so that the formula sees what the library sees. */
export const inFloat32 = (inputs: HeadInputs): HeadInputs => ({
  ...inputs,
  embeddings: inputs.embeddings.map(row => row.map(Math.fround)),
  weights: inputs.weights.map(row => row.map(Math.fround)),
});
