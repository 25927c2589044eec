import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {batchNormTraining} from './batchNormTraining';
import {batchNormTrainingGrad} from './batchNormTrainingGrad';
import {disposerFor} from './disposerFor';
import {rememberBatchNorm} from './preluOfBatchNorm';

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** γ, `[channels]`. */
  scale: tf.Tensor;
  /** β, `[channels]`. */
  offset: tf.Tensor;
  /** ε, added to the variance. Default 1e-3, as in TensorFlow.js; PyTorch's is 1e-5. */
  epsilon?: number;
}

/** The result of {@link batchNorm}. */
export type BatchNormResult<T extends tf.Tensor = tf.Tensor> = {
  /** The normalized input, of its shape. */
  y: T;
  /** The mean of every channel, `[channels]`, for running statistics; no gradient goes through it. */
  mean: tf.Tensor1D;
  /** The biased variance (divided by R, not by R − 1) of every channel, `[channels]`; no gradient goes through it. */
  variance: tf.Tensor1D;
};

function checkInputs(x: tf.Tensor, parameters: Record<string, tf.Tensor>): void {
  const channels = x.shape.at(-1);
  if (x.rank < 2 || x.size === 0) {
    throw new Error(`batchNorm: x must be [..., channels] and not empty, but its shape is [${x.shape}].`);
  }
  for (const [name, {shape}] of Object.entries(parameters)) {
    if (shape.length !== 1 || shape[0] !== channels) {
      throw new Error(
        `batchNorm: ${name} must be [${channels}], one number for each channel of x, but its shape is [${shape}].`,
      );
    }
  }
  for (const [name, {dtype}] of Object.entries({x, ...parameters})) {
    if (dtype !== 'float32') throw new Error(`batchNorm: ${name} must be float32, but is ${dtype}.`);
  }
}

/**
 * Batch normalization in training: every channel, the last axis, by its mean and variance over the batch, with a
 * hand-written gradient.
 *
 * `y = γ (x − μ) / √(σ² + ε) + β`, μ and σ² over the R = size / channels numbers of a channel. With
 * `n = (x − μ) / √(σ² + ε)`: `∂β = Σ dy`, `∂γ = Σ dy n`, `∂x = γ / √(σ² + ε) (dy − ∂β / R − n ∂γ / R)`, the
 * gradient through μ and σ² included. A single kernel each way where the backend has them (`useBackend` registers them
 * for `wasm` and `tensorflow`), a few stock operations elsewhere, where `tf.moments` and `tf.batchNorm` are some dozens.
 * For inference, by running statistics, there is `tf.batchNorm`.
 * Source: Ioffe and Szegedy, Batch Normalization, [arXiv 1502.03167](https://arxiv.org/abs/1502.03167).
 *
 * @param x Input `[..., channels]`, of rank 2 or more, float32.
 * @throws If `scale` or `offset` is not `[channels]`, a tensor is not float32, `x` is empty or `epsilon` negative.
 *
 * @example
 * ```js
 * const x = tf.randomNormal([8, 14, 14, 16]);
 * const {y, mean, variance} = batchNorm(x, {scale: tf.ones([16]), offset: tf.zeros([16])});
 * ```
 */
export function batchNorm<T extends tf.Tensor>(
  x: T,
  {scale, offset, epsilon = 1e-3}: BatchNormOptions,
): BatchNormResult<T> {
  checkInputs(x, {scale, offset});
  check.notNegative('batchNorm', 'epsilon', epsilon);
  const statistics: tf.Tensor[] = [];
  const normalize = tf.customGrad((...args) => {
    const [input, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y, mean, variance] = batchNormTraining(input, gamma, beta, epsilon);
    save([input, gamma, mean, variance]);
    // A custom gradient has one output; the others are kept through the tidy around it.
    statistics.push(tf.keep(mean), tf.keep(variance));
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const free = disposerFor(dy, saved);
      const [savedX, savedScale, savedMean, savedVariance] = saved;
      const [dx, doffset, dscale] = batchNormTrainingGrad(
        dy,
        {x: savedX, scale: savedScale, mean: savedMean, variance: savedVariance},
        epsilon,
      );
      free();
      return [dx, dscale, doffset];
    };
    return {value: y, gradFunc};
  });
  const y = normalize(x, scale, offset) as T;
  rememberBatchNorm(y, {x, scale, offset, epsilon});
  const [mean, variance] = statistics.map(kept => {
    const tracked = tf.clone(kept);
    kept.dispose();
    return tracked as tf.Tensor1D;
  });
  return {y, mean, variance};
}
