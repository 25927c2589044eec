import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** The L2-softmax head; made by {@link l2Softmax}. */
export class L2Softmax extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsL2Softmax';

  constructor(config: ScaledHeadConfig) {
    if (new.target === L2Softmax) checkLayerOptions('l2Softmax', config, scaledHeadOptions);
    super({scale: 16, ...config});
  }

  override row(): MarginRowOptions {
    return {normalize: 'embeddings', scale: this.scale};
  }
}

/**
 * The L2-softmax head: embeddings on a sphere of radius α, class weights free.
 *
 * `z_j = α ‖w_j‖ cos θ_j`. Softmax makes easy examples long and hard ones short. Here all have one length and count alike; petals in
 * a 2-D plot become narrow.
 *
 * The radius α is `scale`: fixed, or learned with `learnScale: true`. Below the paper's bound `log(p(C − 2)/(1 − p))`
 * for C classes, a probability of p cannot be reached; the default of 16 is that bound for a million classes and p = 0.9.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Ranjan, Castillo, Chellappa: L2-constrained Softmax Loss for Discriminative Face Verification,
 * [arXiv 1703.09507](https://arxiv.org/abs/1703.09507).
 *
 * @throws If `classes` is not a whole number of 1 or more, or `scale` or `minScale` is not a finite number above 0.
 *
 * @example
 * ```js
 * const head = l2Softmax({classes: 10, scale: 16});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function l2Softmax(config: ScaledHeadConfig): L2Softmax {
  return new L2Softmax(config);
}
