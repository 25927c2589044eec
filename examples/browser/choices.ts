/** A margin that a visitor may set. */
export interface MarginRange {
  /** Printed after the number. */
  unit: string;
  min: number;
  max: number;
  step: number;
  value: number;
}

/** A head to choose. */
export interface Choice {
  title: string;
  /** What it computes. */
  formula: string;
  /** Nothing where the head has no margin. */
  margin?: MarginRange;
  /** The function of the library that makes it. */
  factory: string;
  /** The options of that function beside the margin. */
  options: Record<string, number>;
}

const classes = 10;
const seed = 1;
const scale = 20;

/** The head without a margin, in the plane beside. */
export const plain = 'softmax';

/** The head of a visitor who has chosen none. */
export const first = 'arcface';

/**
 * The heads of the page. Ten directions on a circle stand 36° = 0.63 rad apart, so margins end below that. The page draws before
 * TensorFlow.js has loaded, so this table makes no head; `makeHead.ts` does.
 */
export const choices: Record<string, Choice> = {
  arcface: {
    title: 'ArcFace',
    formula: 's cos(θ + m) for the image’s own digit, s cos θ for the others',
    margin: {unit: ' rad', min: 0, max: 0.6, step: 0.05, value: 0.3},
    factory: 'arcFace',
    options: {classes, scale, seed},
  },
  cosface: {
    title: 'CosFace',
    formula: 's (cos θ − m) for the image’s own digit, s cos θ for the others',
    margin: {unit: '', min: 0, max: 0.4, step: 0.05, value: 0.15},
    factory: 'cosFace',
    options: {classes, scale, seed},
  },
  'a-softmax': {
    title: 'A-Softmax',
    formula: '‖x‖ (λ cos θ + ψ(θ)) / (1 + λ) for the image’s own digit, with λ = 5 and ψ from cos mθ',
    margin: {unit: '', min: 1, max: 4, step: 1, value: 4},
    factory: 'aSoftmax',
    options: {classes, lambda: 5, seed},
  },
  'l2-softmax': {
    title: 'L2-softmax',
    formula: 'α ‖w‖ cos θ: directions alone, and no margin',
    factory: 'l2Softmax',
    options: {classes, scale: 16, seed},
  },
  normface: {
    title: 'NormFace',
    formula: 's cos θ: directions alone, and no margin',
    factory: 'normFace',
    options: {classes, scale, seed},
  },
  softmax: {
    title: 'Softmax',
    formula: '‖w‖ ‖x‖ cos θ',
    factory: 'softmax',
    options: {classes, seed},
  },
};
