import * as tf from '@tensorflow/tfjs-core';
import {checkOptions} from '../../base/checkOptions';
import {oneHotLabels} from '../oneHotLabels';
import {marginOperation} from './marginOperation';
import type {MarginRowOptions} from './marginRow';
import {marginRowOptions} from './marginRowOptions';

/**
 * Logits of a softmax-family head, with the margin on the target and the exact gradient.
 *
 * `z_j = A_j h(cos θ_j)` for `j ≠ y` and `z_y = A_y f(θ_y)`, for any loss of your own on top. Where that loss is the
 * cross-entropy or another function of the target's log-probability, {@link marginSoftmax} is faster and more precise.
 *
 * @param embeddings `[B, D]`.
 * @param weights Class weights, `[C, D]`.
 * @param labels Class ids, int32 `[B]`.
 * @param options Which row of the table: norms, scale, margin.
 * @returns Logits, `[B, C]`; differentiable in embeddings, weights and, where it is a tensor, the scale.
 * @throws If shapes do not belong together, or (on backends in host memory) a label is out of range.
 *
 * @example
 * ```js
 * const logits = marginLogits(embeddings, weights, labels, {scale: 30, margin: {value: ({cos}) => tf.sub(cos, 0.35)}});
 * ```
 */
export function marginLogits(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: MarginRowOptions = {},
): tf.Tensor2D {
  checkOptions('marginLogits', options, marginRowOptions);
  return marginOperation('marginLogits', embeddings, weights, labels, options, ({row, others, ownClass}) => {
    const isTarget = tf.cast(oneHotLabels(ownClass, row.logits.shape[1]), 'bool');
    return {
      value: tf.where(isTarget, row.targetLogit, others?.value ?? row.logits) as tf.Tensor2D,
      saved: {isTarget, ...(others && {otherLogits: others.value, slope: others.slope})},
      gradient: (dz, {isTarget, otherLogits, slope}) => {
        const byOthers = tf.where(isTarget, tf.zerosLike(dz), dz);
        return {
          others: slope === undefined ? byOthers : tf.mul(byOthers, slope),
          factor: tf.ones([dz.shape[0], 1]),
          target: tf.sum(tf.where(isTarget, dz, tf.zerosLike(dz)), 1, true),
          ...(otherLogits && {byScale: tf.sum(tf.mul(byOthers, otherLogits), 1, true)}),
        };
      },
    };
  });
}
