import * as tf from '@tensorflow/tfjs-core';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import {sumOverShards} from './classShard';
import {hideTarget} from './hideTarget';
import {marginOperation} from './marginOperation';
import type {MarginRowOptions} from './marginRow';
import {marginRowOptions} from './marginRowOptions';
import {softplus} from './softplus';

/** Options of {@link marginSigmoid}. */
export interface MarginSigmoidOptions extends MarginRowOptions {
  /** b, the logit at which an example is as likely of a class as not: a number, or a scalar tensor to learn it. Default 0. */
  threshold?: number | tf.Scalar;
  /** Weight of the target's term. Default 1. */
  positiveWeight?: number;
  /** Weight of every other class's term. Default 1. */
  negativeWeight?: number;
}

const marginSigmoidOptions: OptionNames<MarginSigmoidOptions> = {
  ...marginRowOptions,
  threshold: true,
  positiveWeight: true,
  negativeWeight: true,
};

/**
 * The loss of a head that asks of every class by itself whether the example belongs to it, with one hand-written gradient.
 *
 * `L = α log(1 + e^{b − z_y}) + β Σ_{j≠y} log(1 + e^{z_j − b})` with `z_j = A_j h(cos θ_j)` and `z_y = A_y f(θ_y)`:
 * one threshold b for all classes, so that scores of different people compare. `∂L/∂z_y = −α σ(b − z_y)`,
 * `∂L/∂z_j = β σ(z_j − b)`, `∂L/∂b = α σ(b − z_y) − β Σ_{j≠y} σ(z_j − b)`.
 *
 * @param embeddings `[B, D]`.
 * @param weights Class weights, `[C, D]`.
 * @param labels Class ids, int32 `[B]`.
 * @param options Which row of the table, the threshold and the weights of both terms.
 * @returns The loss of each example, `[B]`; differentiable in embeddings, weights and, where they are tensors, scale and threshold.
 * @throws If shapes do not belong together, or (on backends in host memory) a label is out of range.
 *
 * @example
 * ```js
 * const threshold = tf.variable(tf.scalar(5));
 * const loss = tf.mean(marginSigmoid(embeddings, weights, labels, {scale: 64, threshold}));
 * ```
 */
export function marginSigmoid(
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: MarginSigmoidOptions = {},
): tf.Tensor1D {
  checkOptions('marginSigmoid', options, marginSigmoidOptions);
  const {threshold = 0, positiveWeight = 1, negativeWeight = 1, ...rowOptions} = options;
  return tf.tidy(() =>
    marginOperation(
      'marginSigmoid',
      embeddings,
      weights,
      labels,
      rowOptions,
      ({row, others, ownClass}, [b]) => {
        const hidden = hideTarget((others?.value ?? row.logits) as tf.Tensor2D, ownClass);
        const excess = tf.sub(hidden, b);
        const shortfall = tf.sub(b, row.targetLogit);
        const ofOthers = tf.mul(sumOverShards(tf.sum(softplus(excess), 1), rowOptions.shard), negativeWeight);
        const ofTarget = tf.reshape(tf.mul(softplus(shortfall), positiveWeight), [-1]);
        const push = tf.mul(tf.sigmoid(shortfall), positiveWeight);
        const pulls = tf.mul(tf.sigmoid(excess), negativeWeight);
        return {
          value: tf.add(ofOthers, ofTarget) as tf.Tensor1D,
          saved: {
            pulls: others === undefined ? pulls : tf.mul(pulls, others.slope),
            pulled: tf.sum(pulls, 1, true),
            push: row.own === undefined ? push : tf.mul(push, row.own),
            ...(others && {byScale: tf.sum(tf.mul(pulls, hidden), 1, true)}),
          },
          gradient: (dy, {pulls, pulled, push, byScale}) => {
            const factor = tf.reshape(dy, [-1, 1]);
            return {
              others: pulls as tf.Tensor2D,
              factor,
              target: tf.neg(tf.mul(push, factor)),
              ...(byScale && {byScale}),
              parameters: [tf.sum(tf.mul(factor, tf.sub(push, pulled))) as tf.Scalar],
            };
          },
        };
      },
      [threshold instanceof tf.Tensor ? threshold : tf.scalar(threshold)],
    ),
  );
}
