import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link cosFace}. */
export interface CosFaceConfig extends ScaledHeadConfig {
  /** The margin m, in units of the cosine, or a schedule of it. Default 0.35, the paper's. */
  margin?: number | Schedule;
}

/**
 * CosFace's margin, `f(θ) = cos θ − m`.
 *
 * @param m In units of the cosine.
 */
export const cosFaceMargin = (m: number): Margin => ({value: ({cos}) => tf.sub(cos, m)});

const cosFaceOptions: LayerOptionNames<CosFaceConfig> = {...scaledHeadOptions, margin: true};

/** The CosFace head; made by {@link cosFace}. */
export class CosFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCosFace';
  private readonly margin: number | Schedule;

  constructor(config: CosFaceConfig) {
    if (new.target === CosFace) checkLayerOptions('cosFace', config, cosFaceOptions);
    super({scale: 64, ...config});
    this.margin = this.schedulable(config.margin ?? 0.35, value =>
      check.notNegative(this.where, 'margin', value),
    );
  }

  override row(): MarginRowOptions {
    return {normalize: 'both', scale: this.scale, margin: cosFaceMargin(this.now(this.margin))};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), margin: this.margin} as tf.serialization.ConfigDict;
  }
}

/**
 * The CosFace (AM-Softmax) head: the target's cosine less a margin, `z_y = s (cos θ_y − m)`, `z_j = s cos θ_j`.
 *
 * Defaults are the CosFace paper's, s = 64 and m = 0.35; AM-Softmax has s = 30. In two dimensions ten classes leave room
 * for m ≤ 1 − cos(2π/10) = 0.19 only.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Wang et al.: CosFace: Large Margin Cosine Loss for Deep Face Recognition, [arXiv 1801.09414](https://arxiv.org/abs/1801.09414);
 * Wang, Cheng, Liu, Liu: Additive Margin Softmax for Face Verification, [arXiv 1801.05599](https://arxiv.org/abs/1801.05599).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, or `margin` is negative or not finite.
 *
 * @example
 * ```js
 * const head = cosFace({classes: 10, scale: 16, margin: 0.15});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function cosFace(config: CosFaceConfig): CosFace {
  return new CosFace(config);
}
