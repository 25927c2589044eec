import * as tf from '@tensorflow/tfjs-core';
import {disposerFor} from './disposerFor';
import {preluGrad} from './preluGrad';
import {preluOfBatchNorm} from './preluOfBatchNorm';

function broadcastsTo(shape: number[], outShape: number[]): boolean {
  const missing = outShape.length - shape.length;
  return missing >= 0 && shape.every((length, axis) => length === 1 || length === outShape[missing + axis]);
}

/**
 * Parametric rectified linear unit, `x` where positive and `alpha * x` elsewhere, with a hand-written gradient.
 *
 * `f(x) = max(0, x) + alpha * min(0, x)`, `∂f/∂x = 1` where `x > 0` else `alpha`, `∂f/∂alpha = min(0, x)`.
 *
 * The value is that of `tf.prelu`. The gradient of both inputs takes one pass over the activation on a backend
 * with a kernel for it (`registerWasmKernels`), and a few stock operations elsewhere.
 * Source: He et al., Delving Deep into Rectifiers, [arXiv 1502.01852](https://arxiv.org/abs/1502.01852).
 *
 * @param x Input of any shape.
 * @param alpha Slope for negative inputs, of a shape that broadcasts to that of `x`, such as `[channels]`.
 * @returns A tensor of the shape of `x`.
 * @throws If `alpha` does not broadcast to the shape of `x`.
 *
 * @example
 * ```js
 * const y = prelu(tf.tensor1d([-2, 3]), tf.tensor1d([0.25, 0.25]));   // [-0.5, 3]
 * ```
 */
export function prelu<T extends tf.Tensor>(x: T, alpha: tf.Tensor): T {
  if (!broadcastsTo(alpha.shape, x.shape)) {
    throw new Error(
      `prelu: alpha must have a shape that broadcasts to that of x, [${x.shape}], but has [${alpha.shape}].`,
    );
  }
  const fused = preluOfBatchNorm(x, alpha);
  if (fused !== undefined) return fused;
  const op = tf.customGrad((...args) => {
    const [input, slope, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([input, slope]);
    return {
      value: tf.prelu(input, slope),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const free = disposerFor(dy, saved);
        const gradients = preluGrad(saved[0], dy, saved[1]);
        free();
        return gradients;
      },
    };
  });
  return op(x, alpha) as T;
}
