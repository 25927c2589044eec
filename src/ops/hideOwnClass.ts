import * as tf from '@tensorflow/tfjs-core';
import {ownClass} from './ownClass';

/** The name under which a backend may register a kernel: inputs `{logits: [B, C], labels: [B]}`, output `[B, C]`. */
export const HIDE_OWN_CLASS = 'FaceMarginsHideOwnClass';

/** Taken off a logit to leave it out of a maximum and a sum of exponentials; larger than any logit. */
export const OUT_OF_SIGHT = 2 ** 126;

/** {@link hideOwnClass} from stock operations. */
export function composedHideOwnClass(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => tf.sub(logits, tf.mul(ownClass(labels, logits.shape[1]), OUT_OF_SIGHT)));
}

/**
 * Logits without that of each example's own class: so low there that it is neither a maximum nor adds to a sum of exponentials.
 *
 * @param logits `[B, C]`, to be used no more: a backend may change them in place.
 * @param labels Class ids, int32 `[B]`.
 * @returns `[B, C]`.
 */
export function hideOwnClass(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor2D {
  if (tf.getKernel(HIDE_OWN_CLASS, tf.getBackend()) === undefined)
    return composedHideOwnClass(logits, labels);
  return tf.engine().runKernel(HIDE_OWN_CLASS, {logits, labels}) as tf.Tensor<tf.Rank.R2>;
}
