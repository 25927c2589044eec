import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';

/**
 * The name under which a backend may register a kernel: inputs `{x, dy, scale, mean, variance}`, attribute
 * `varianceEpsilon`, outputs `[dx, doffset, dscale]`.
 */
export const BATCH_NORM_TRAINING_GRAD = 'FaceMarginsBatchNormTrainingGrad';

/** What the gradient needs to know of the forward pass. */
export interface BatchNormSaved {
  x: tf.Tensor;
  scale: tf.Tensor;
  mean: tf.Tensor;
  variance: tf.Tensor;
}

export type BatchNormGradients = [dx: tf.Tensor, doffset: tf.Tensor, dscale: tf.Tensor];

/** [dx, doffset, dscale] from stock operations. */
export function composedBatchNormTrainingGrad(
  dy: tf.Tensor,
  {x, scale, mean, variance}: BatchNormSaved,
  varianceEpsilon: number,
): BatchNormGradients {
  return tf.tidy(() => {
    const [rows, gradients] = [x, dy].map(tensor => tf.reshape(tensor, [-1, scale.size]));
    const count = rows.shape[0];
    const inverse = tf.rsqrt(tf.add(variance, varianceEpsilon));
    const normalized = tf.mul(tf.sub(rows, mean), inverse);
    const doffset = tf.sum(gradients, 0);
    const dscale = tf.sum(tf.mul(gradients, normalized), 0);
    const shared = tf.add(tf.div(doffset, count), tf.mul(normalized, tf.div(dscale, count)));
    const dx = tf.reshape(tf.mul(tf.sub(gradients, shared), tf.mul(scale, inverse)), x.shape);
    return [dx, doffset, dscale] as BatchNormGradients;
  });
}

/**
 * With n = (x - mean) / √(variance + ε) and R numbers a channel: doffset = Σ dy, dscale = Σ dy n,
 * dx = scale / √(variance + ε) (dy - doffset / R - n dscale / R).
 */
export function batchNormTrainingGrad(
  dy: tf.Tensor,
  saved: BatchNormSaved,
  varianceEpsilon: number,
): BatchNormGradients {
  return (
    runRegistered<BatchNormGradients>(BATCH_NORM_TRAINING_GRAD, {...saved, dy}, {varianceEpsilon}) ??
    composedBatchNormTrainingGrad(dy, saved, varianceEpsilon)
  );
}
