import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from './runRegistered';

/** The name under which a backend may register a kernel: inputs as {@link MomentumInputs}, outputs the new weight and velocity. */
export const MOMENTUM_STEP = 'FaceMarginsMomentumStep';

/** What momentum changes and what it follows, of one shape. */
export type MomentumInputs = {weight: tf.Tensor; velocity: tf.Tensor; gradient: tf.Tensor};

/** How far it goes. */
export type MomentumRates = {
  /** What the gradient is multiplied with first. */
  scale: number;
  /** λ, how much of the weight joins the gradient. */
  decay: number;
  /** μ, what is left of the velocity. */
  kept: number;
  /** η. */
  rate: number;
  /** Whether the step looks one step ahead. */
  nesterov: boolean;
};

/** {@link momentumStep} from stock operations. */
export function composedMomentumStep(
  {weight, velocity, gradient}: MomentumInputs,
  {scale, decay, kept, rate, nesterov}: MomentumRates,
): [weight: tf.Tensor, velocity: tf.Tensor] {
  const scaled = scale === 1 ? gradient : tf.mul(gradient, scale);
  const pulled = decay === 0 ? scaled : tf.add(scaled, tf.mul(weight, decay));
  const next = tf.add(tf.mul(velocity, kept), pulled);
  const ahead = nesterov ? tf.add(pulled, tf.mul(next, kept)) : next;
  return [tf.sub(weight, tf.mul(ahead, rate)), next];
}

/**
 * A step of gradient descent with momentum, with the clipping and the weight decay before it: `g ← scale g + λ w`, `v ← μ v + g`,
 * `w ← w − η v`. In one pass where the backend has a kernel for it, in up to seven otherwise. Not differentiable.
 */
export function momentumStep(
  inputs: MomentumInputs,
  rates: MomentumRates,
): [weight: tf.Tensor, velocity: tf.Tensor] {
  const outputs = runRegistered<tf.Tensor[]>(MOMENTUM_STEP, inputs, rates);
  return outputs === undefined ? composedMomentumStep(inputs, rates) : [outputs[0], outputs[1]];
}
