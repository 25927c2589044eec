import type {LayersModel} from '@tensorflow/tfjs-layers';
import {adamW, type EmbeddingLoss, type MarginHead, type StepReport, Trainer} from 'face-margins';
import type {Batch} from 'face-margins/data';

/** How long to train, and how fast. */
export interface Schedule {
  steps: number;
  /** The learning rate rises to this over the first tenth of the steps and falls to 0 along a cosine. */
  learningRate: number;
}

/** How often the loss is reported: its mean since the last report. */
export const stepsPerReport = 20;

/**
 * Gradients are shortened to this norm: nearly every one, so that each step counts alike.
 *
 * The shorter an embedding, the faster its angle turns: without a limit, a few images near the origin give a head that looks at angles
 * a gradient fifty times the usual one.
 */
export const gradientLimit = 0.5;

/** Trains a network under a head, and losses on the embeddings beside it with their weights. Reports as it goes. */
export async function* train(
  network: LayersModel,
  head: MarginHead,
  batches: Iterable<Batch>,
  {steps, learningRate}: Schedule,
  others: [weight: number, loss: EmbeddingLoss][] = [],
): AsyncGenerator<StepReport> {
  const trainer = new Trainer({
    backbone: network,
    objective: [head, ...others],
    optimizer: adamW({weightDecay: 0, epsilon: 1e-7}),
    learningRate: step => learningRate * warmUpThenCosine(step / steps),
    clipNorm: gradientLimit,
  });
  try {
    yield* trainer.fit(() => batches, {steps, reportEvery: stepsPerReport});
  } finally {
    trainer.dispose();
  }
}

/** The part of the peak learning rate to use when a part `done` of all steps is done. */
function warmUpThenCosine(done: number): number {
  return Math.min(1, 10 * done) * 0.5 * (1 + Math.cos(Math.PI * done));
}
