import * as tf from '@tensorflow/tfjs-core';
import {
  adaCos,
  adaFace,
  annealing,
  arcFace,
  aSoftmax,
  circleFace,
  coco,
  combinedMargin,
  cosFace,
  curricularFace,
  customHead,
  elasticFace,
  focal,
  l2Softmax,
  lSoftmax,
  type Margin,
  magFace,
  mvSoftmax,
  normFace,
  softmax,
  sphereFace2,
  sphereFaceR,
  subCenterArcFace,
  uniFace,
} from 'face-margins';
import {classes, type Head} from './head';

/** A margin of one's own: halfway between CosFace and ArcFace. */
const halfway: Margin = {
  value: ({cos, theta}) => tf.div(tf.add(tf.sub(cos, 0.15), tf.cos(tf.add(theta, 0.3))), 2),
  derivative: ({sin, theta}) => tf.neg(tf.div(tf.add(sin, tf.sin(tf.add(theta, 0.3))), 2)),
};

/** λ from 100 down to a floor within a few hundred steps. */
const quickAnnealing = (minimum: number) => annealing({base: 100, gamma: 0.5, power: 1, minimum});

/**
 * Heads of the softmax family, and those that ask of each class by itself.
 *
 * Scales and margins suit two dimensions, where ten directions stand only 36 degrees apart: a scale of 16 to 30, with
 * which probabilities can pass 0.9, and a margin well below ArcFace's limit of 36 degrees = 0.63 rad.
 */
export const softmaxHeads: Record<string, Head> = {
  softmax: {
    title: 'Softmax',
    settings: '',
    formula: 'zⱼ = ‖wⱼ‖ ‖x‖ cos θⱼ',
    make: seed => softmax({classes, seed}),
  },
  'l2-softmax': {
    title: 'L2-softmax',
    settings: 'α = 16',
    formula: 'zⱼ = α ‖wⱼ‖ cos θⱼ',
    make: seed => l2Softmax({classes, scale: 16, seed}),
  },
  arcface: {
    title: 'ArcFace',
    settings: 's = 20, m = 0.3 rad',
    formula: 'zⱼ = s cos θⱼ, but s cos(θⱼ + m) for an image’s own digit',
    fixedMargin: true,
    make: seed => arcFace({classes, scale: 20, margin: 0.3, seed}),
  },
  normface: {
    title: 'NormFace',
    settings: 's = 20',
    formula: 'zⱼ = s cos θⱼ',
    make: seed => normFace({classes, scale: 20, seed}),
  },
  coco: {
    title: 'COCO',
    settings: 'α = ½ log((C − 1)/ε) + 3',
    formula: 'zⱼ = α cos θⱼ',
    make: seed => coco({classes, seed}),
  },
  'l-softmax': {
    title: 'L-Softmax',
    settings: 'm = 2, λ → 0.5',
    formula: 'z of an image’s own digit is ‖w‖ ‖x‖ (λ cos θ + ψ(θ)) / (1 + λ)',
    make: seed => lSoftmax({classes, margin: 2, lambda: quickAnnealing(0.5), seed}),
  },
  'a-softmax': {
    title: 'A-Softmax',
    settings: 'm = 4, λ → 5',
    formula: 'z of an image’s own digit is ‖x‖ (λ cos θ + ψ(θ)) / (1 + λ)',
    make: seed => aSoftmax({classes, margin: 4, lambda: quickAnnealing(5), seed}),
  },
  cosface: {
    title: 'CosFace',
    settings: 's = 20, m = 0.15',
    formula: 'zⱼ = s cos θⱼ, but s (cos θⱼ − m) for an image’s own digit',
    fixedMargin: true,
    make: seed => cosFace({classes, scale: 20, margin: 0.15, seed}),
  },
  combined: {
    title: 'Combined margin',
    settings: 's = 20, (1, 0.2, 0.05)',
    formula: 'z of an image’s own digit is s (cos(m₁θ + m₂) − m₃)',
    fixedMargin: true,
    make: seed => combinedMargin({classes, scale: 20, m1: 1, m2: 0.2, m3: 0.05, seed}),
  },
  'sub-center': {
    title: 'Sub-center ArcFace',
    settings: 's = 20, m = 0.3 rad, K = 2',
    formula: 'cos θⱼ is the larger of two centers’',
    make: seed => subCenterArcFace({classes, subCenters: 2, scale: 20, margin: 0.3, seed}),
  },
  custom: {
    title: 'A margin of one’s own',
    settings: 'halfway between CosFace and ArcFace',
    formula: 'z of an image’s own digit is s (cos θ − 0.15 + cos(θ + 0.3)) / 2',
    fixedMargin: true,
    make: seed => customHead({classes, scale: 20, margin: halfway, seed}),
  },
  focal: {
    title: 'ArcFace with focal loss',
    settings: 's = 20, m = 0.3 rad, γ = 2',
    formula: 'loss −(1 − p)² log p on ArcFace’s logits',
    fixedMargin: true,
    make: seed => arcFace({classes, scale: 20, margin: 0.3, targetLoss: focal({gamma: 2}), seed}),
  },
  adaface: {
    title: 'AdaFace',
    settings: 's = 20, m = 0.2, over 20 batches',
    formula: 's (cos(θ − mẑ) − m(1 + ẑ)) of an image’s own digit, ẑ from −1 to 1 by its length',
    make: seed => adaFace({classes, scale: 20, margin: 0.2, momentum: 0.05, seed}),
  },
  magface: {
    title: 'MagFace',
    settings: 's = 20, m from 0.15 to 0.4 rad, λ = 10',
    formula: 's cos(θ + m) of an image’s own digit, m by its length, and λ g(‖x‖) lengthens',
    make: seed =>
      magFace({classes, scale: 20, norms: [5, 25], margins: [0.15, 0.4], regularization: 10, seed}),
  },
  curricularface: {
    title: 'CurricularFace',
    settings: 's = 20, m = 0.3 rad, t → mean cosine',
    formula: 'ArcFace, but s cos θⱼ (t + cos θⱼ) for a digit that is too near',
    make: seed => curricularFace({classes, scale: 20, margin: 0.3, seed}),
  },
  'mv-softmax': {
    title: 'MV-Softmax',
    settings: 's = 20, m = 0.3 rad, t = 1.12',
    formula: 'ArcFace, but s (t cos θⱼ + t − 1) for a digit that is too near',
    make: seed => mvSoftmax({classes, scale: 20, margin: 0.3, seed}),
  },
  elasticface: {
    title: 'ElasticFace',
    settings: 's = 20, m = 0.3 ± 0.05 rad',
    formula: 'ArcFace with a margin drawn for each image in each step',
    make: seed => elasticFace({classes, scale: 20, margin: 0.3, seed}),
  },
  uniface: {
    title: 'UniFace',
    settings: 's = 30, m = 0.05, b from 27.5',
    formula: 'one threshold: s (cos θ − m) above b for an image’s own digit, s cos θⱼ below',
    threshold: 27.5,
    make: seed => uniFace({classes, scale: 30, margin: 0.05, seed}),
  },
  sphereface2: {
    title: 'SphereFace2',
    settings: 'r = 20, m = 0.1, t = 3, b from 15.5',
    formula: 'one threshold: r (g(cos θ) − m) above b for an image’s own digit, r (g(cos θⱼ) + m) below',
    threshold: 15.5,
    make: seed => sphereFace2({classes, scale: 20, margin: 0.1, seed}),
  },
  'sphereface-r': {
    title: 'SphereFace-R',
    settings: 's = 20, m = 1.5',
    formula: 'zⱼ = s cos θⱼ, but s cos(mθ) for an image’s own digit',
    fixedMargin: true,
    make: seed => sphereFaceR({classes, scale: 20, margin: 1.5, seed}),
  },
  circle: {
    title: 'Circle, by class',
    settings: 'γ = 64, m = 0.7',
    formula: 'γ [c + m]₊ (c − m) for c = cos θⱼ, γ [1 + m − c]₊ (c − 1 + m) for an image’s own digit',
    make: seed => circleFace({classes, scale: 64, margin: 0.7, gradient: 'detached', seed}),
  },
  adacos: {
    title: 'AdaCos',
    settings: 's follows the batch',
    formula: 'zⱼ = s cos θⱼ',
    make: seed => adaCos({classes, seed}),
  },
};
