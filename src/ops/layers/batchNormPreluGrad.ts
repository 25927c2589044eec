import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';
import {type BatchNormSaved, composedBatchNormTrainingGrad} from './batchNormTrainingGrad';
import {composedPreluGrad} from './preluGrad';

/**
 * The name under which a backend may register a kernel: inputs {@link BatchNormPreluInputs}, attribute `varianceEpsilon`, outputs
 * `[dx, doffset, dscale, dalpha]`.
 */
export const BATCH_NORM_PRELU_GRAD = 'FaceMarginsBatchNormPreluGrad';

/** What the gradient of PReLU after batch normalization needs: the input of both, what came back, and their parameters, `[channels]`. */
export interface BatchNormPreluInputs extends BatchNormSaved {
  dy: tf.Tensor;
  offset: tf.Tensor;
  alpha: tf.Tensor;
}

export type BatchNormPreluGradients = [
  dx: tf.Tensor,
  doffset: tf.Tensor,
  dscale: tf.Tensor,
  dalpha: tf.Tensor,
];

/** [dx, doffset, dscale, dalpha] from stock operations. */
export function composedBatchNormPreluGrad(
  {dy, offset, alpha, ...saved}: BatchNormPreluInputs,
  varianceEpsilon: number,
): BatchNormPreluGradients {
  return tf.tidy(() => {
    const {x, scale, mean, variance} = saved;
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, varianceEpsilon)));
    const normalized = tf.add(tf.mul(tf.sub(x, mean), factor), offset);
    const [gradient, dalpha] = composedPreluGrad(normalized, dy, alpha);
    return [
      ...composedBatchNormTrainingGrad(gradient, saved, varianceEpsilon),
      dalpha,
    ] as BatchNormPreluGradients;
  });
}

/** The gradient of PReLU after batch normalization in training, from the one to the input of the other. */
export function batchNormPreluGrad(
  inputs: BatchNormPreluInputs,
  varianceEpsilon: number,
): BatchNormPreluGradients {
  return (
    runRegistered<BatchNormPreluGradients>(BATCH_NORM_PRELU_GRAD, {...inputs}, {varianceEpsilon}) ??
    composedBatchNormPreluGrad(inputs, varianceEpsilon)
  );
}
