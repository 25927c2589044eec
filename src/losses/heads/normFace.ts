import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** The NormFace head; made by {@link normFace}. */
export class NormFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsNormFace';

  constructor(config: ScaledHeadConfig) {
    if (new.target === NormFace) checkLayerOptions('normFace', config, scaledHeadOptions);
    super({scale: 20, ...config});
  }

  override row(): MarginRowOptions {
    return {normalize: 'both', scale: this.scale};
  }
}

/**
 * The NormFace head: softmax over scaled cosines, `z_j = s cos θ_j`.
 *
 * Training uses the measure by which embeddings are compared. The scale s is 20 by default: with 64, the usual value of the margin
 * heads, the margin-free head loses several points (CFP-FP 89.8 % against 94.6 %, ArcFace paper, table 2). With
 * `learnScale: true` it is learned from this start, not below `minScale`.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Wang, Xiang, Cheng, Yuille: NormFace: L2 Hypersphere Embedding for Face Verification,
 * [arXiv 1704.06369](https://arxiv.org/abs/1704.06369).
 *
 * @throws If `classes` is not a whole number of 1 or more, or `scale` or `minScale` is not a finite number above 0.
 *
 * @example
 * ```js
 * const head = normFace({classes: 10, scale: 10, learnScale: true});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function normFace(config: ScaledHeadConfig): NormFace {
  return new NormFace(config);
}
