import * as tf from '@tensorflow/tfjs-core';

/**
 * To be asked by a gradient function for how to free what it is given, once it has no more use for it.
 *
 * TensorFlow.js keeps what the forward pass saved, and every gradient on its way back, until the whole backward pass
 * is over: twice the memory of the forward pass at its end. Freed as they are used up, the one makes room for the other.
 *
 * Nothing is freed under a gradient of a gradient, which needs all of it again, nor a `dy` that the caller of
 * `tf.grad` gave, which is the caller's.
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
