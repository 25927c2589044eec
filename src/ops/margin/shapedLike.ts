import * as tf from '@tensorflow/tfjs-core';

/**
 * Checks what a margin or a target loss of the user's own gives: `[B]` in place of `[B, 1]` would broadcast to `[B, B]`.
 *
 * @param where The function, such as `margin.value`.
 * @param result What it gave.
 * @param like A tensor of the right shape.
 * @returns The result.
 * @throws If it is not a tensor of that shape.
 */
export function shapedLike(where: string, result: unknown, like: tf.Tensor): tf.Tensor {
  if (result instanceof tf.Tensor && tf.util.arraysEqual(result.shape, like.shape)) return result;
  const what = result instanceof tf.Tensor ? `[${result.shape}]` : String(result);
  throw new Error(
    `${where}: the result must be a tensor of shape [${like.shape}], one value for each example, but is ${what}.`,
  );
}
