import * as tf from '@tensorflow/tfjs-core';
import {checkOptions} from '../../base/checkOptions';
import type {Angle, Margin} from '../../ops/margin/margin';
import {angularMargin} from './angularMargin';

/** Options of {@link multiplicativeMargin}. */
export interface MultiplicativeMarginOptions {
  /** m, 1 or more; whole in the papers. */
  margin: number;
  /** λ, the weight of the plain cosine. Default 0: the margin alone. */
  lambda?: number;
  /** `'sphereface'` takes the gradient of SphereFace's published layer; see `aSoftmax`. Default `'exact'`. */
  gradient?: 'exact' | 'sphereface';
}

/**
 * The margin of L-Softmax and A-Softmax, annealed: `f(θ) = (λ cos θ + ψ(θ))/(1 + λ)`, `ψ(θ) = (−1)^k cos(mθ) − 2k` for θ in
 * `[kπ/m, (k + 1)π/m]`.
 *
 * ψ falls from 1 to 1 − 2m over [0, π], m times as fast as the cosine at first; a large λ makes it the cosine.
 *
 * Liu, Wen, Yu, Yang: Large-Margin Softmax Loss, [arXiv 1612.02295](https://arxiv.org/abs/1612.02295); Liu et al.: SphereFace,
 * [arXiv 1704.08063](https://arxiv.org/abs/1704.08063).
 *
 * @example
 * ```js
 * const loss = marginSoftmax(embeddings, weights, labels, {normalize: 'weights', margin: multiplicativeMargin({margin: 4, lambda: 5})});
 * ```
 */
export function multiplicativeMargin(options: MultiplicativeMarginOptions): Margin {
  const {
    margin,
    lambda = 0,
    gradient = 'exact',
  } = checkOptions('multiplicativeMargin', options, {margin: true, lambda: true, gradient: true});
  const psi = angularMargin({m1: margin, beyondPi: 'continuous'});
  const slope = (angle: Angle) => psi.derivative?.(angle) ?? tf.neg(angle.sin);
  const mixed = (cosine: tf.Tensor, own: tf.Tensor) =>
    tf.div(tf.add(tf.mul(cosine, lambda), own), 1 + lambda);
  const exact: Margin = {
    value: angle => mixed(angle.cos, psi.value(angle)),
    derivative: angle => mixed(tf.neg(angle.sin), slope(angle)),
  };
  if (gradient === 'exact') return exact;
  return {
    ...exact,
    embeddingGradient: (angle, norm) => {
      const value = psi.value(angle);
      const derivative = slope(angle);
      const byCosine = tf.div(tf.neg(derivative), tf.maximum(angle.sin, 1e-6));
      const byEmbedding = tf.div(tf.sub(value, tf.mul(angle.cos, byCosine)), norm);
      const length = tf.maximum(tf.sqrt(tf.add(tf.square(byCosine), tf.square(byEmbedding))), 1e-12);
      return {
        value: mixed(angle.cos, tf.div(value, length)),
        derivative: mixed(tf.neg(angle.sin), tf.div(derivative, length)),
      };
    },
  };
}
