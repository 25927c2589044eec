import * as tf from '@tensorflow/tfjs-core';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {type NormMarginConfig, NormMarginHead, normMarginOptions} from './normMarginHead';

/** Options of {@link magCosFace}; margins in units of the cosine. */
export type MagCosFaceConfig = NormMarginConfig;

/** The Mag-CosFace head; made by {@link magCosFace}. */
export class MagCosFace extends NormMarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsMagCosFace';

  constructor(config: MagCosFaceConfig) {
    if (new.target === MagCosFace) checkLayerOptions('magCosFace', config, normMarginOptions);
    super({margins: [0.35, 0.8], regularization: 150, ...config});
  }

  override row(): MarginRowOptions {
    return {
      normalize: 'both',
      scale: this.scale,
      margin: {
        value: ({cos, norm}) => tf.sub(cos, this.marginOf(norm).margin),
        normDerivative: ({norm}) => tf.neg(this.marginOf(norm).slope),
      },
    };
  }
}

/**
 * The Mag-CosFace head: {@link magFace} with the margin on the cosine, `z_y = s (cos θ_y − m(‖x‖))`.
 *
 * Defaults are the authors': `norms` [10, 110], `margins` [0.35, 0.8], `regularization` 150, s = 64.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Meng, Zhao, Huang, Zhou: MagFace: A Universal Representation for Face Recognition and Quality Assessment,
 * [arXiv 2103.06627](https://arxiv.org/abs/2103.06627).
 *
 * @throws If an option is wrong as {@link magFace} has it.
 *
 * @example
 * ```js
 * const head = magCosFace({classes: 10});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function magCosFace(config: MagCosFaceConfig): MagCosFace {
  return new MagCosFace(config);
}
