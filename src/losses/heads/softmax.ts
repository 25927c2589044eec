import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {MarginHead, type MarginHeadConfig, marginHeadOptions} from './marginHead';

/** The plain softmax head, a row of {@link marginSoftmax} with nothing normalized; made by {@link softmax}. */
export class Softmax extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsSoftmax';

  constructor(config: MarginHeadConfig) {
    if (new.target === Softmax) checkLayerOptions('softmax', config, marginHeadOptions);
    super(config);
  }

  override row(): MarginRowOptions {
    return {normalize: 'none'};
  }
}

/**
 * The plain softmax head, without bias.
 *
 * `z_j = w_j · x = ‖w_j‖ ‖x‖ cos θ_j`. The reference that every margin is measured against, and a good warm-up for the
 * harder heads. It has no bias because embeddings are compared by angle, and a bias separates classes by anything else.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * @throws If `classes` is not a whole number of 1 or more.
 *
 * @example
 * ```js
 * const head = softmax({classes: 10});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function softmax(config: MarginHeadConfig): Softmax {
  return new Softmax(config);
}
