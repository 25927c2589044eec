import * as tf from '@tensorflow/tfjs-core';

/**
 * Shortens gradients whose norm, over all variables together, exceeds a limit, and keeps their direction.
 *
 * The angle of an embedding turns the faster the shorter the embedding is, so a few images near the origin can
 * give a head that looks at angles a gradient fifty times the usual one.
 */
export function clipByGlobalNorm(
  gradients: tf.NamedTensorMap,
  limit: number,
): {name: string; tensor: tf.Tensor}[] {
  return tf.tidy(() => {
    const squares = Object.values(gradients).map(gradient => tf.sum(tf.square(gradient)));
    const factor = tf.minimum(1, tf.div(limit, tf.sqrt(tf.addN(squares))));
    return Object.entries(gradients).map(([name, gradient]) => ({name, tensor: tf.mul(gradient, factor)}));
  });
}
