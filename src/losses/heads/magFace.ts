import * as tf from '@tensorflow/tfjs-core';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {Angle, Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {turnedCosine} from '../margins/turnedCosine';
import {type NormMarginConfig, NormMarginHead, normMarginOptions} from './normMarginHead';

/** Options of {@link magFace}; margins in radians. */
export type MagFaceConfig = NormMarginConfig;

/** The MagFace head; made by {@link magFace}. */
export class MagFace extends NormMarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsMagFace';

  constructor(config: MagFaceConfig) {
    if (new.target === MagFace) checkLayerOptions('magFace', config, normMarginOptions);
    super({margins: [0.45, 0.8], regularization: 35, ...config});
  }

  override row(): MarginRowOptions {
    const ahead = ({cos}: Angle) => tf.greater(cos, 0);
    const turnedSine = ({cos, sin}: Angle, m: tf.Tensor) =>
      tf.add(tf.mul(sin, tf.cos(m)), tf.mul(cos, tf.sin(m)));
    const margin: Margin = {
      value: angle =>
        tf.where(ahead(angle), turnedCosine(angle, this.marginOf(angle.norm).margin), angle.cos),
      derivative: angle =>
        tf.neg(tf.where(ahead(angle), turnedSine(angle, this.marginOf(angle.norm).margin), angle.sin)),
      normDerivative: angle => {
        const {margin, slope} = this.marginOf(angle.norm);
        const byNorm = tf.neg(tf.mul(slope, turnedSine(angle, margin)));
        return tf.where(ahead(angle), byNorm, tf.zerosLike(byNorm));
      },
    };
    return {normalize: 'both', scale: this.scale, margin};
  }
}

/**
 * The MagFace head: a margin on the target's angle that grows with the norm of the embedding, which becomes a score of quality.
 *
 * `L = −log softmax(z)_y + λ_g (a/u_a² + 1/a)` with `a = clip(‖x‖, l_a, u_a)`, `z_y = s cos(θ_y + m(a))` where cos θ_y is above 0, else
 * `s cos θ_y`, `z_j = s cos θ_j`, `m(a) = l_m + (u_m − l_m)(a − l_a)/(u_a − l_a)`. Easy images are drawn to large norms, hard ones stay
 * short: after training, ‖x‖ is the quality of an image. The gradient goes through ‖x‖ as well.
 *
 * Defaults are the authors', `norms` [10, 110], `margins` [0.45, 0.8] radians, `regularization` λ_g = 35, s = 64; to fine-tune a network
 * whose norms are near 1 they have [1, 51], [0.45, 1] and 5. λ_g is at least `s k u_a² l_a²/(u_a² − l_a²)`, k the slope of m: below that bound the loss has
 * no single best norm.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Meng, Zhao, Huang, Zhou: MagFace: A Universal Representation for Face Recognition and Quality Assessment,
 * [arXiv 2103.06627](https://arxiv.org/abs/2103.06627).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `norms` or `margins` do not rise, or `regularization` is
 * below its bound.
 *
 * @example
 * ```js
 * const head = magFace({classes: 10});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function magFace(config: MagFaceConfig): MagFace {
  return new MagFace(config);
}
