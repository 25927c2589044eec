import {check} from '../../base/check';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/**
 * The scale of COCO's paper: `α = ½ log((C − 1)/ε) + 3`. At the first term alone the least possible loss, with cosines of 1 and −1, is ε;
 * 3 is added to go below it.
 *
 * @param classes C, 2 or more.
 * @param loss ε. Default 1e-4.
 *
 * @example
 * ```js
 * cocoScale(10);   // 8.70
 * ```
 */
export function cocoScale(classes: number, loss = 1e-4): number {
  check.between('cocoScale', 'classes', classes, 2, Number.MAX_SAFE_INTEGER);
  check.positive('cocoScale', 'loss', loss);
  return 0.5 * Math.log((classes - 1) / loss) + 3;
}

/** The COCO head; made by {@link coco}. */
export class Coco extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCoco';

  constructor(config: ScaledHeadConfig) {
    if (new.target === Coco) checkLayerOptions('coco', config, scaledHeadOptions);
    super({scale: cocoScale(Math.max(2, config.classes)), ...config});
  }

  override row(): MarginRowOptions {
    return {normalize: 'both', scale: this.scale};
  }
}

/**
 * The congenerous cosine head: softmax over `α ĉ_k · f̂`, features against learned centroids, both normalized.
 *
 * The function is NormFace's. The paper derives it from clustering and sets another scale: α is {@link cocoScale} by default.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, centroids `[classes, D]`.
 *
 * Liu, Li, Wang: Rethinking Feature Discrimination and Polymerization for Large-scale Recognition,
 * [arXiv 1710.00870](https://arxiv.org/abs/1710.00870).
 *
 * @throws If `classes` is not a whole number of 1 or more, or `scale` or `minScale` is not a finite number above 0.
 *
 * @example
 * ```js
 * const head = coco({classes: 10});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function coco(config: ScaledHeadConfig): Coco {
  return new Coco(config);
}
