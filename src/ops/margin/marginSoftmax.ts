import * as tf from '@tensorflow/tfjs-core';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import {combineSoftmax} from './combineSoftmax';
import {hideTarget} from './hideTarget';
import {marginOperation} from './marginOperation';
import type {MarginRowOptions} from './marginRow';
import {marginRowOptions} from './marginRowOptions';
import {shapedLike} from './shapedLike';
import {softplus} from './softplus';
import type {TargetLoss} from './targetLoss';

/** No logit that counts is lower; a sum over all classes of it stays in float32. */
const LOWEST = -1e30;

/** Options of {@link marginSoftmax}. */
export interface MarginSoftmaxOptions extends MarginRowOptions {
  /** The function g of the target's log-probability. Default: the cross-entropy, `g(ℓ) = −ℓ`. */
  targetLoss?: TargetLoss;
}

const marginSoftmaxOptions: OptionNames<MarginSoftmaxOptions> = {...marginRowOptions, targetLoss: true};

/**
 * The loss of any softmax-family head in one operation with one hand-written gradient.
 *
 * `L = g(ℓ)` with `ℓ = log softmax(z)_y`, `z_j = A_j h(cos θ_j)` for `j ≠ y` and `z_y = A_y f(θ_y)`;
 * `∂L/∂z_j = g′(ℓ) (1[j=y] − p_j)`. The target is left out of the softmax and comes back as
 * `ℓ = −softplus(log Σ_{j≠y} e^{z_j} − z_y)`, so that loss and gradient keep their digits when the target's
 * probability is near one, where `1 − p_y` and `log p_y` would cancel.
 *
 * | head | `normalize` | `scale` | `margin` |
 * |---|---|---|---|
 * | softmax | `'none'` | 1 | |
 * | L2-softmax | `'embeddings'` | α | |
 * | NormFace | `'both'` | s | |
 * | CosFace | `'both'` | s | cos θ − m |
 * | ArcFace | `'both'` | s | cos(θ + m) |
 *
 * @param embeddings `[B, D]`.
 * @param weights Class weights, `[C, D]`.
 * @param labels Class ids, int32 `[B]`.
 * @param options Which row of the table, and the loss on the target's log-probability.
 * @returns The loss of each example, `[B]`; differentiable in embeddings, weights and, where it is a tensor, the scale.
 * @throws If shapes do not belong together, or (on backends in host memory) a label is out of range.
 *
 * @example
 * ```js
 * const loss = tf.mean(marginSoftmax(embeddings, weights, labels, {normalize: 'both', scale: 16}));
 * ```
 */
export function marginSoftmax(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: MarginSoftmaxOptions = {},
): tf.Tensor1D {
  checkOptions('marginSoftmax', options, marginSoftmaxOptions);
  return marginOperation('marginSoftmax', embeddings, weights, labels, options, ({row, others, ownClass}) => {
    const hidden = hideTarget((others?.value ?? row.logits) as tf.Tensor2D, ownClass);
    const largestHere = tf.max(hidden, 1, true);
    const exponentials = tf.exp(tf.sub(hidden, largestHere));
    const part = {largest: largestHere, sum: tf.sum(exponentials, 1, true)};
    const {largest, sum, share} = combineSoftmax(part, options.shard);
    const gap = tf.sub(tf.add(largest, tf.log(sum)), row.targetLogit);
    const logProbability = tf.neg(softplus(gap));
    const {targetLoss} = options;
    const value = targetLoss
      ? shapedLike('targetLoss.value', targetLoss.value(logProbability), logProbability)
      : tf.neg(logProbability);
    return {
      value: tf.reshape(value, [-1]) as tf.Tensor1D,
      saved: {
        exponentials: others === undefined ? exponentials : tf.mul(exponentials, others.slope),
        ...(others && {byScale: tf.sum(tf.mul(exponentials, tf.maximum(hidden, LOWEST)), 1, true)}),
        sum,
        ...(share && {share}),
        gap,
        logProbability,
      },
      gradient: (dy, {exponentials, byScale, sum, share, gap, logProbability}) => {
        const slope = targetLoss
          ? shapedLike('targetLoss.derivative', targetLoss.derivative(logProbability), logProbability)
          : tf.scalar(-1);
        const target = tf.mul(tf.mul(tf.reshape(dy, [-1, 1]), slope), tf.sigmoid(gap));
        const factor = tf.neg(tf.div(target, sum));
        return {
          others: exponentials as tf.Tensor2D,
          factor: share === undefined ? factor : tf.mul(factor, share),
          target,
          ...(byScale && {byScale}),
        };
      },
    };
  });
}
