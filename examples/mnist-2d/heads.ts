import {arcFace, l2Softmax, type MarginHead, softmax} from 'face-margins';

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
}

const classes = 10;

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
};
