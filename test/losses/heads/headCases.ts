import * as tf from '@tensorflow/tfjs-core';
import {adaCos} from '../../../src/losses/heads/adaCos';
import {adaFace} from '../../../src/losses/heads/adaFace';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {circleFace} from '../../../src/losses/heads/circleFace';
import {coco} from '../../../src/losses/heads/coco';
import {combinedMargin} from '../../../src/losses/heads/combinedMargin';
import {cosFace} from '../../../src/losses/heads/cosFace';
import {curricularFace} from '../../../src/losses/heads/curricularFace';
import {customHead} from '../../../src/losses/heads/customHead';
import {elasticFace} from '../../../src/losses/heads/elasticFace';
import {focal} from '../../../src/losses/heads/focal';
import {l2Softmax} from '../../../src/losses/heads/l2Softmax';
import {lSoftmax} from '../../../src/losses/heads/lSoftmax';
import {magCosFace} from '../../../src/losses/heads/magCosFace';
import {magFace} from '../../../src/losses/heads/magFace';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {mvSoftmax} from '../../../src/losses/heads/mvSoftmax';
import {normFace} from '../../../src/losses/heads/normFace';
import {proxyNcaLoss} from '../../../src/losses/heads/proxyNcaLoss';
import {softmax} from '../../../src/losses/heads/softmax';
import {sphereFace2} from '../../../src/losses/heads/sphereFace2';
import {sphereFaceR} from '../../../src/losses/heads/sphereFaceR';
import {subCenterArcFace} from '../../../src/losses/heads/subCenterArcFace';
import {uniFace} from '../../../src/losses/heads/uniFace';
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
import * as recent from '../../reference/recentHeads';
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
  /** The fewest classes that the head takes; 1 unless given. */
  minClasses?: number;
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

/** AdaFace's margin with a batch's own statistics, so that some examples are good and some poor. */
const adaFaceCases = [
  {momentum: 1, gradient: 'exact'},
  {momentum: 1, gradient: 'straight-through'},
  {momentum: 0.01, gradient: 'exact'},
] as const;

/** The heads of 2019 to 2023. */
export const recentCases: HeadCase[] = [
  ...adaFaceCases.map(
    (options): HeadCase => ({
      name: `AdaFace, α = ${options.momentum}, ${options.gradient}`,
      scaled: true,
      head: config => adaFace({...config, ...options, margin: 0.4}),
      formula: (inputs, scale) => recent.adaFace(inputs, {...options, scale, margin: 0.4}),
      seams: [],
    }),
  ),
  {
    name: 'MagFace',
    scaled: true,
    head: config => magFace({...config, norms: [0.5, 4], margins: [0.3, 0.8]}),
    formula: (inputs, scale) =>
      recent.magFace(inputs, {scale, norms: [0.5, 4], margins: [0.3, 0.8], lambda: 35, form: 'arc'}),
    seams: [Math.PI / 2],
  },
  {
    name: 'Mag-CosFace',
    scaled: true,
    head: config => magCosFace({...config, norms: [0.5, 4], margins: [0.3, 0.8]}),
    formula: (inputs, scale) =>
      recent.magFace(inputs, {scale, norms: [0.5, 4], margins: [0.3, 0.8], lambda: 150, form: 'cos'}),
    seams: [],
  },
  {
    name: 'CurricularFace',
    scaled: true,
    head: config => curricularFace({...config, margin: 0.5, momentum: 0.3}),
    formula: (inputs, scale) => recent.curricularFace(inputs, {scale, margin: 0.5, momentum: 0.3}),
    seams: [Math.PI - 0.5],
  },
  ...(['arc', 'am'] as const).map(
    (form): HeadCase => ({
      name: `MV-Softmax, ${form}`,
      scaled: true,
      head: config => mvSoftmax({...config, form, margin: 0.35, emphasis: 1.2}),
      formula: (inputs, scale) => recent.mvSoftmax(inputs, {scale, margin: 0.35, t: 1.2, form}),
      seams: [form === 'arc' ? Math.PI / 2 : Math.acos(0.35)],
    }),
  ),
  ...(['arc', 'cos'] as const).map(
    (form): HeadCase => ({
      name: `ElasticFace without deviation, ${form}`,
      scaled: true,
      head: config => elasticFace({...config, form, margin: 0.4, deviation: 0}),
      formula: (inputs, scale) =>
        form === 'arc'
          ? reference.arcFace(inputs, {scale, margin: 0.4, beyond: 'none'})
          : cosFaceReference(inputs, {scale, margin: 0.4}),
      seams: [],
    }),
  ),
  {
    name: 'UniFace',
    scaled: true,
    head: config => uniFace({...config, margin: 0.3, negativeWeight: 0.7}),
    formula: (inputs, scale) => recent.uniFace(inputs, {scale, margin: 0.3, negative: 0.7}),
    seams: [],
  },
  ...(['exact', 'straight-through'] as const).map(
    (gradient): HeadCase => ({
      name: `SphereFace2, ${gradient}`,
      scaled: false,
      head: ({classes, seed, scale}) => sphereFace2({classes, seed, scale, margin: 0.3, gradient}),
      formula: (inputs, scale) =>
        recent.sphereFace2(inputs, {scale, margin: 0.3, t: 3, alpha: 0.7, weight: 50, gradient}),
      seams: [],
    }),
  ),
  ...(['target', 'others'] as const).map(
    (on): HeadCase => ({
      name: `SphereFace-R on the ${on}`,
      scaled: true,
      head: config => sphereFaceR({...config, on, margin: 1.5}),
      formula: (inputs, scale) => recent.sphereFaceR(inputs, {scale, margin: 1.5, on}),
      seams: on === 'target' ? [Math.PI / 1.5] : [],
    }),
  ),
  ...(['exact', 'detached'] as const).map(
    (gradient): HeadCase => ({
      name: `class-level Circle, ${gradient}`,
      scaled: true,
      head: config => circleFace({...config, margin: 0.25, gradient}),
      formula: (inputs, scale) => recent.circleFace(inputs, {scale, margin: 0.25, gradient}),
      seams: [],
    }),
  ),
  {
    name: 'AdaCos',
    scaled: false,
    head: ({classes, seed}) => adaCos({classes, seed}),
    formula: inputs => recent.adaCos(inputs, {scale: Math.SQRT2 * Math.log(inputs.weights.length - 1)}),
    seams: [],
    minClasses: 3,
  },
  {
    name: 'ProxyNCA++',
    scaled: false,
    head: ({classes, seed, scale}) => proxyNcaLoss({classes, seed, temperature: 2 / scale}),
    formula: (inputs, scale) => normFaceReference(inputs, {scale}),
    seams: [],
  },
  {
    name: 'ArcFace with an inter-class filter',
    scaled: true,
    head: config => arcFace({...config, margin: 0.3, interClassFilter: 0.2}),
    formula: (inputs, scale) => recent.filtered(inputs, {scale, margin: 0.3, threshold: 0.2}),
    seams: [],
  },
];

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
  ...recentCases,
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
