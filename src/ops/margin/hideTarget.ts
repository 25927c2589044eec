import * as tf from '@tensorflow/tfjs-core';
import {oneHotLabels} from '../oneHotLabels';
import {runRegistered} from '../runRegistered';

/** The name under which a backend may register a kernel: inputs `{logits: [B, C], labels: [B]}`, output `[B, C]`. */
export const HIDE_TARGET = 'FaceMarginsHideTarget';

/** Subtracted from a logit to leave it out of a maximum and a sum of exponentials; larger than any logit. */
export const MASK_OFFSET = 2 ** 126;

/** {@link hideTarget} from stock operations. */
export function composedHideTarget(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => tf.sub(logits, tf.mul(oneHotLabels(labels, logits.shape[1]), MASK_OFFSET)));
}

/**
 * Logits without the target's: it becomes so low that it is not a maximum and adds nothing to a sum of exponentials.
 *
 * @param logits `[B, C]`, consumed: a backend may change them in place.
 * @param labels Class ids, int32 `[B]`; −1 hides nothing.
 * @returns `[B, C]`.
 */
export function hideTarget(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor2D {
  return runRegistered<tf.Tensor2D>(HIDE_TARGET, {logits, labels}) ?? composedHideTarget(logits, labels);
}
