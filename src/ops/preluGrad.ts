import * as tf from '@tensorflow/tfjs-core';

/** The kernel that computes both gradients of PReLU at once, on backends that have one. */
export const preluGradKernelName = 'face-margins>PreluGrad';

/** Sums the axes along which `alpha` was repeated to the shape of `gradient`. */
function sumToShape(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** [dx, dalpha] of PReLU from stock operations. Not on the tape, so selecting by mask is safe. */
export function composedPreluGrad(x: tf.Tensor, dy: tf.Tensor, alpha: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return tf.tidy(() => {
    const passed = tf.mul(dy, tf.step(x));
    const scaled = tf.sub(dy, passed);
    const dx = tf.add(passed, tf.mul(scaled, alpha));
    return [dx, sumToShape(tf.mul(scaled, x), alpha.shape)] as [tf.Tensor, tf.Tensor];
  });
}

/** [dx, dalpha] of PReLU: dx = dy where x > 0, else alpha * dy; dalpha sums x * dy where x <= 0. */
export function preluGrad(x: tf.Tensor, dy: tf.Tensor, alpha: tf.Tensor): [tf.Tensor, tf.Tensor] {
  if (tf.getKernel(preluGradKernelName, tf.getBackend()) === undefined)
    return composedPreluGrad(x, dy, alpha);
  return tf.engine().runKernel(preluGradKernelName, {x, dy, alpha}) as unknown as [tf.Tensor, tf.Tensor];
}
