import {gradientLimit, type Schedule} from './train';

/** Images in a batch. */
export const batchSize = 64;

/** A part of the recipe. */
interface Stage {
  /** Passes over the training images; parts of one count. */
  epochs: number;
  /** The highest rate of the optimizer Adam: reached after a tenth of the stage, falling to 0 along a cosine. */
  learningRate: number;
}

/**
 * The default run: softmax first, once for all heads, then each head from there.
 *
 * In two dimensions ten classes block one another's way around the circle, and a head that normalizes embeddings,
 * started from scratch, may leave some of them stuck behind others. After softmax all have found their places.
 */
export const warmUp: Stage = {epochs: 1, learningRate: 0.01};
export const fineTuning: Stage = {epochs: 0.5, learningRate: 0.001};

/** The run with `--epochs`: each head from random weights, as in the papers. */
export const fromScratch = (epochs: number): Stage => ({epochs, learningRate: 0.005});

/** The schedule of a stage on so many training images. */
export function schedule({epochs, learningRate}: Stage, examples: number): Schedule {
  return {steps: Math.ceil((epochs * examples) / batchSize), learningRate};
}

/** The recipe in words, for the page. */
export function inWords(epochs: number | undefined, examples: number): string {
  const images = (stage: Stage) => (schedule(stage, examples).steps * batchSize).toLocaleString('en');
  const optimizer = `Adam, batches of ${batchSize}, gradients clipped to a norm of ${gradientLimit}, the learning rate rising over a tenth of the steps and then falling to 0 along a cosine`;
  if (epochs !== undefined) {
    const stage = fromScratch(epochs);
    return `Each head from random weights on ${images(stage)} training images, peak learning rate ${stage.learningRate}. ${optimizer}.`;
  }
  return (
    `One warm-up under softmax on ${images(warmUp)} training images (peak learning rate ${warmUp.learningRate}), then each ` +
    `head from those weights on ${images(fineTuning)} (peak learning rate ${fineTuning.learningRate}). ${optimizer}.`
  );
}
