import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';
import {SHORTEST} from './normalizeRows';
import {tangent} from './tangent';

/** The name under which a backend may register a kernel: inputs as {@link TargetAngleInputs}, outputs `[cos, sin, direction]`. */
export const TARGET_ANGLE = 'FaceMarginsTargetAngle';

/** Embeddings are shortened to this so that products with them fit float32. */
export const LONGEST_EMBEDDING = 1e12;
const TINY = 1e-30;

/** Embeddings and, row by row, each one's target weight, with the inverses of their lengths. */
export type TargetAngleInputs = {
  /** `[B, D]`. */
  x: tf.Tensor2D;
  /** `[B, D]`. */
  targetWeight: tf.Tensor2D;
  /** 1/‖x‖, `[B, 1]`. */
  inverseNorm: tf.Tensor;
  /** 1/‖targetWeight‖, `[B, 1]`. */
  inverseTargetNorm: tf.Tensor;
};

/** The angle between two rows, and the unit vector along which the first has to turn to come nearer to the second. */
export interface TargetAngle {
  /** `[B, 1]`, in [−1, 1]. */
  cos: tf.Tensor;
  /** `[B, 1]`, in [0, 1], precise also where the cosine rounds to ±1. */
  sin: tf.Tensor;
  /** `[B, D]`. */
  direction: tf.Tensor;
}

/** {@link targetAngle} from stock operations. */
export function composedTargetAngle({
  x,
  targetWeight,
  inverseNorm,
  inverseTargetNorm,
}: TargetAngleInputs): TargetAngle {
  return tf.tidy(() => {
    const product = tf.mul(tf.mul(x, inverseNorm), tf.mul(targetWeight, inverseTargetNorm));
    const cos = tf.clipByValue(tf.sum(product, 1, true), -1, 1);
    const shortened = tf.mul(x, tf.minimum(1, tf.mul(inverseNorm, LONGEST_EMBEDDING))) as tf.Tensor2D;
    const perpendicular = tf.mul(tangent(targetWeight, shortened), inverseTargetNorm);
    const exact = tf.sqrt(tf.sum(tf.square(perpendicular), 1, true));
    // A vector below SHORTEST counts as a part of a unit vector: its tangent is shorter than its cosine tells.
    const degenerate = tf.greater(tf.maximum(inverseNorm, inverseTargetNorm), 0.999 / SHORTEST);
    const sin = tf.where(degenerate, tf.sqrt(tf.sub(1, tf.square(cos))), tf.minimum(exact, 1));
    return {cos, sin, direction: tf.div(perpendicular, tf.maximum(exact, TINY))};
  });
}

/**
 * The angle between each embedding and its target's weight, precise from 1e-6 to π − 1e-6 radians.
 *
 * The sine is the length of the tangent, `sin θ = ‖w − x (w·x)/(x·x)‖ / ‖w‖`; see {@link tangent} for why. Not differentiable.
 */
export function targetAngle(inputs: TargetAngleInputs): TargetAngle {
  const outputs = runRegistered<tf.Tensor[]>(TARGET_ANGLE, inputs);
  if (outputs === undefined) return composedTargetAngle(inputs);
  const [cos, sin, direction] = outputs;
  return {cos, sin, direction};
}
