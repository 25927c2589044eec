import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';

/** The name under which a backend may register a one-pass kernel: inputs `{x, dy, alpha}`, outputs `[dx, dalpha]`. */
export const PRELU_GRAD = 'FaceMarginsPreluGrad';

/** Sums the axes along which `alpha` was repeated to the shape of `gradient`. */
function sumToShape(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** [dx, dalpha] of PReLU from stock operations. Nothing here is on the tape, so selecting by a mask is safe. */
export function composedPreluGrad(x: tf.Tensor, dy: tf.Tensor, alpha: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return tf.tidy(() => {
    const dx = tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha));
    const dalpha = sumToShape(tf.mul(dy, tf.minimum(x, 0)), alpha.shape);
    return [dx, dalpha] as [tf.Tensor, tf.Tensor];
  });
}

/** [dx, dalpha] of PReLU: dx = dy where x > 0, else alpha * dy; dalpha sums x * dy where x <= 0. */
export function preluGrad(x: tf.Tensor, dy: tf.Tensor, alpha: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return runRegistered<[tf.Tensor, tf.Tensor]>(PRELU_GRAD, {x, dy, alpha}) ?? composedPreluGrad(x, dy, alpha);
}
