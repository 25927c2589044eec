import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type EmbeddingLoss, type MarginHead, trainableVariables} from 'face-margins';
import type {Batch} from './batches';
import {clipByGlobalNorm} from './clipByGlobalNorm';

/** How long to train, and how fast. */
export interface Schedule {
  steps: number;
  /** The learning rate rises to this over the first tenth of the steps and falls to 0 along a cosine. */
  learningRate: number;
}

/** How far a training has come. */
export interface Progress {
  step: number;
  steps: number;
  /** Mean over the last {@link stepsPerReport} steps. */
  loss: number;
  imagesPerSecond: number;
  secondsLeft: number;
}

/** How often the loss is read back and progress reported. */
export const stepsPerReport = 20;

/** Gradients are shortened to this norm: nearly every one, so that each step counts alike. */
export const gradientLimit = 0.5;

/** Adam whose learning rate can be changed between steps. */
class Adam extends tf.AdamOptimizer {
  constructor() {
    super(0, 0.9, 0.999);
  }
  setLearningRate(rate: number): void {
    this.learningRate = rate;
  }
}

/**
 * Trains a network and a head on batches, and reports as it goes.
 *
 * This is all there is to training with a head of this library: `head.loss` gives one loss for each image, TensorFlow.js the
 * gradients of their mean in the variables of network and head, and one of its optimizers the step. Losses
 * on the embeddings themselves are added with their weights.
 */
export async function* train(
  network: LayersModel,
  head: MarginHead,
  batches: Iterator<Batch>,
  {steps, learningRate}: Schedule,
  others: [weight: number, loss: EmbeddingLoss][] = [],
): AsyncGenerator<Progress> {
  const variables = trainableVariables(network, head);
  const optimizer = new Adam();
  let losses: tf.Scalar[] = [];
  let [images, since] = [0, performance.now()];
  try {
    for (let step = 1; step <= steps; step++) {
      const batch: Batch = batches.next().value;
      optimizer.setLearningRate(learningRate * warmUpThenCosine(step / steps));
      const {value, grads} = tf.variableGrads(() => {
        const embeddings = network.apply(batch.images, {training: true}) as tf.Tensor2D;
        const parts: [number, EmbeddingLoss][] = [[1, head], ...others];
        return tf.addN(
          parts.map(([weight, part]) => tf.mul(weight, tf.mean(part.loss(embeddings, batch.labels)))),
        ) as tf.Scalar;
      }, variables);
      const clipped = clipByGlobalNorm(grads, gradientLimit);
      optimizer.applyGradients(clipped);
      images += batch.labels.size;
      losses.push(value);
      tf.dispose([grads, clipped.map(({tensor}) => tensor), batch.images, batch.labels]);

      if (step % stepsPerReport === 0 || step === steps) {
        const meanLoss = tf.tidy(() => tf.mean(tf.stack(losses)).dataSync()[0]);
        tf.dispose(losses);
        if (!Number.isFinite(meanLoss)) {
          throw new Error(
            `the loss is ${meanLoss} after ${step} steps; the learning rate ${learningRate} is too high.`,
          );
        }
        const imagesPerSecond = (1000 * images) / (performance.now() - since);
        const secondsLeft = ((steps - step) * batch.labels.size) / imagesPerSecond;
        yield {step, steps, loss: meanLoss, imagesPerSecond, secondsLeft};
        losses = [];
        [images, since] = [0, performance.now()];
      }
    }
  } finally {
    optimizer.dispose();
  }
}

/** The part of the peak learning rate to use when a part `done` of all steps is done. */
function warmUpThenCosine(done: number): number {
  return Math.min(1, 10 * done) * 0.5 * (1 + Math.cos(Math.PI * done));
}
