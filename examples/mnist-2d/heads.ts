import * as tf from '@tensorflow/tfjs-core';
import {
  annealing,
  arcFace,
  aSoftmax,
  centerLoss,
  classContrastive,
  classTriplet,
  coco,
  combinedMargin,
  contrastiveLoss,
  cosFace,
  customHead,
  type EmbeddingLoss,
  featureIncay,
  focal,
  l2Softmax,
  lSoftmax,
  type Margin,
  type MarginHead,
  normFace,
  softmax,
  subCenterArcFace,
  tripletLoss,
} from 'face-margins';

/** A head of this example: how it is made, and what the pictures say about it. */
export interface Head {
  /** Its name above its picture. */
  title: string;
  /** Its settings, printed after its name; nothing where it has none. */
  settings: string;
  /** What it computes, in a line under its picture. */
  formula: string;
  /** Makes it. */
  make(seed: number): MarginHead;
  /** Losses on the embeddings that are added to the head's, each with its weight. */
  and?(head: MarginHead, seed: number): [weight: number, loss: EmbeddingLoss][];
}

const classes = 10;

/** A margin of one's own: halfway between CosFace and ArcFace. */
const halfway: Margin = {
  value: ({cos, theta}) => tf.div(tf.add(tf.sub(cos, 0.15), tf.cos(tf.add(theta, 0.3))), 2),
  derivative: ({sin, theta}) => tf.neg(tf.div(tf.add(sin, tf.sin(tf.add(theta, 0.3))), 2)),
};

/** λ from 100 down to a floor within a few hundred steps. */
const quickAnnealing = (minimum: number) => annealing({base: 100, gamma: 0.5, power: 1, minimum});

/**
 * The heads `--heads` chooses from. A new head is a new entry.
 *
 * Scales and margins suit two dimensions, where ten directions stand only 36 degrees apart: a scale of 16 to 30, with
 * which probabilities can pass 0.9, and a margin well below ArcFace's limit of 36 degrees = 0.63 rad.
 */
export const heads: Record<string, Head> = {
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
    make: seed => cosFace({classes, scale: 20, margin: 0.15, seed}),
  },
  combined: {
    title: 'Combined margin',
    settings: 's = 20, (1, 0.2, 0.05)',
    formula: 'z of an image’s own digit is s (cos(m₁θ + m₂) − m₃)',
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
    settings: 's = 20, halfway between CosFace and ArcFace',
    formula: 'z of an image’s own digit is s (cos θ − 0.15 + cos(θ + 0.3)) / 2',
    make: seed => customHead({classes, scale: 20, margin: halfway, seed}),
  },
  focal: {
    title: 'ArcFace with focal loss',
    settings: 's = 20, m = 0.3 rad, γ = 2',
    formula: 'loss −(1 − p)² log p on ArcFace’s logits',
    make: seed => arcFace({classes, scale: 20, margin: 0.3, targetLoss: focal({gamma: 2}), seed}),
  },
  center: {
    title: 'Softmax + center loss',
    settings: '0.01',
    formula: 'pulls embeddings to their class’s center',
    make: seed => softmax({classes, seed}),
    and: () => [[0.01, centerLoss({classes})]],
  },
  contrastive: {
    title: 'Softmax + contrastive loss',
    settings: '0.5',
    formula: 'pulls pairs of one digit together and others apart to a distance of 1 on the circle',
    make: seed => softmax({classes, seed}),
    and: () => [[0.5, contrastiveLoss()]],
  },
  triplet: {
    title: 'Softmax + triplet loss',
    settings: '1, semi-hard',
    formula: 'another digit must be farther than one’s own by 0.2 on the circle',
    make: seed => softmax({classes, seed}),
    and: (_, seed) => [[1, tripletLoss({mining: 'semi-hard', seed})]],
  },
  'c-contrastive': {
    title: 'Class-agent contrastive loss',
    settings: 'margins 0 and 0.35',
    formula: 'an embedding against the agents of all classes, by squared distance on the circle',
    make: seed => classContrastive({classes, negativeMargin: 0.35, seed}),
  },
  'c-triplet': {
    title: 'Class-agent triplet loss',
    settings: 'margin 0.3',
    formula: 'one’s own agent must be nearer than any other by the margin',
    make: seed => classTriplet({classes, margin: 0.3, seed}),
  },
  incay: {
    title: 'Softmax + feature incay',
    settings: '10',
    formula: 'lengthens the embeddings that are classified rightly',
    make: seed => softmax({classes, seed}),
    and: head => [[10, featureIncay({head})]],
  },
};
