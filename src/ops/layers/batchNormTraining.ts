import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';

/**
 * The name under which a backend may register a kernel: inputs `{x, offset, scale}`, attribute `varianceEpsilon`,
 * outputs `[y, mean, variance]` with the biased variance.
 */
export const BATCH_NORM_TRAINING = 'FaceMarginsBatchNormTraining';

export type BatchNormStatistics = [y: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor];

/** [y, mean, variance] from stock operations. */
export function composedBatchNormTraining(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  varianceEpsilon: number,
): BatchNormStatistics {
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, scale.size]);
    const mean = tf.mean(rows, 0);
    const centered = tf.sub(rows, mean);
    const variance = tf.mean(tf.square(centered), 0);
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, varianceEpsilon)));
    const y = tf.reshape(tf.add(tf.mul(centered, factor), offset), x.shape);
    return [y, mean, variance] as BatchNormStatistics;
  });
}

/** Batch normalization of every channel, the last axis, by the mean and the biased variance of `x` over all other axes. */
export function batchNormTraining(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  varianceEpsilon: number,
): BatchNormStatistics {
  return (
    runRegistered<BatchNormStatistics>(BATCH_NORM_TRAINING, {x, scale, offset}, {varianceEpsilon}) ??
    composedBatchNormTraining(x, scale, offset, varianceEpsilon)
  );
}
