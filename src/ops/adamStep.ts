import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from './runRegistered';

/** The name under which a backend may register a kernel: inputs as {@link AdamInputs}, outputs the new weight, mean and square. */
export const ADAM_STEP = 'FaceMarginsAdamStep';

/** What Adam changes and what it follows, of one shape. */
export type AdamInputs = {weight: tf.Tensor; mean: tf.Tensor; square: tf.Tensor; gradient: tf.Tensor};

/** How far it goes. */
export type AdamRates = {
  /** What the gradient is multiplied with first. */
  scale: number;
  /** λ, how much of the weight joins the gradient. */
  decay: number;
  /** What the weight is multiplied with beside the step. */
  shrink: number;
  /** β₁ and 1 − β₁. */
  kept1: number;
  new1: number;
  /** β₂ and 1 − β₂. */
  kept2: number;
  new2: number;
  /** η with the corrections of both averages. */
  rate: number;
  /** ε with the correction of the square. */
  floor: number;
};

/** {@link adamStep} from stock operations. */
export function composedAdamStep(
  {weight, mean, square, gradient}: AdamInputs,
  {scale, decay, shrink, kept1, new1, kept2, new2, rate, floor}: AdamRates,
): [weight: tf.Tensor, mean: tf.Tensor, square: tf.Tensor] {
  return tf.tidy(() => {
    const scaled = scale === 1 ? gradient : tf.mul(gradient, scale);
    const g = decay === 0 ? scaled : tf.add(scaled, tf.mul(weight, decay));
    const nextMean = tf.add(tf.mul(mean, kept1), tf.mul(g, new1));
    const nextSquare = tf.add(tf.mul(square, kept2), tf.mul(tf.square(g), new2));
    const change = tf.mul(tf.div(nextMean, tf.add(tf.sqrt(nextSquare), floor)), rate);
    const shrunk = shrink === 1 ? weight : tf.mul(weight, shrink);
    return [tf.sub(shrunk, change), nextMean, nextSquare] as [tf.Tensor, tf.Tensor, tf.Tensor];
  });
}

/**
 * A step of Adam with the clipping and the weight decay before it: `g ← scale g + λ w`, `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`,
 * `w ← shrink w − η m / (√v + ε)`. In one pass where the backend has a kernel for it, in up to fourteen otherwise. Not differentiable.
 */
export function adamStep(
  inputs: AdamInputs,
  rates: AdamRates,
): [weight: tf.Tensor, mean: tf.Tensor, square: tf.Tensor] {
  const outputs = runRegistered<tf.Tensor[]>(ADAM_STEP, inputs, rates);
  return outputs === undefined ? composedAdamStep(inputs, rates) : [outputs[0], outputs[1], outputs[2]];
}
