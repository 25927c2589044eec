import * as tf from '@tensorflow/tfjs-core';

/**
 * Gives a gradient function the way to free its inputs when it no longer needs them.
 *
 * TensorFlow.js keeps what the forward pass saved, and every gradient on its way back, until the whole backward pass
 * is over: twice the memory of the forward pass at its end. Freed after use, saved tensors make room for gradients.
 *
 * Nothing is freed during a gradient of a gradient, which needs all of it again. A `dy` that the caller of `tf.grad` passed stays the
 * caller's.
 *
 * @param dy The gradient that came.
 * @param saved What the forward pass saved for this gradient function.
 */
export function disposerFor(dy: tf.Tensor, saved: tf.Tensor[]): () => void {
  const {activeScope, gradientDepth} = tf.engine().state;
  if (gradientDepth > 0) return () => {};
  const madeOnTheWay = dy.scopeId === activeScope?.id;
  return () => tf.dispose(madeOnTheWay ? [dy, ...saved] : saved);
}
