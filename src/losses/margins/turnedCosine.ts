import * as tf from '@tensorflow/tfjs-core';
import type {Angle} from '../../ops/margin/margin';

/**
 * `cos(θ + m)`, also where θ + m passes π. No angle is taken, so that no digit is lost.
 *
 * @param angle θ, `[B, 1]`.
 * @param m In radians: a number, or `[B, 1]`.
 */
export function turnedCosine({cos, sin}: Angle, m: number | tf.Tensor): tf.Tensor {
  const [cosM, sinM] = typeof m === 'number' ? [Math.cos(m), Math.sin(m)] : [tf.cos(m), tf.sin(m)];
  return tf.sub(tf.mul(cos, cosM), tf.mul(sin, sinM));
}
