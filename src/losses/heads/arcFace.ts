import type * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import {angularMargin, type BeyondPi, type MarginGradient} from '../margins/angularMargin';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link arcFace}. */
export interface ArcFaceConfig extends ScaledHeadConfig {
  /** The margin m, in radians, from 0 to π, or a schedule of it. Default 0.5, the paper's; 0.5 rad are 28.6 degrees. */
  margin?: number | Schedule;
  /** What happens where θ + m passes π. Default `'hard'`, as most code has it. */
  beyondPi?: BeyondPi;
  /** Whether the margin applies only where the cosine is above 0. Default false. */
  easy?: boolean;
  /** The true gradient, or arcface_torch's. Default `'exact'`. */
  gradient?: MarginGradient;
}

/** The names of {@link ArcFaceConfig}. */
export const arcFaceOptions: LayerOptionNames<ArcFaceConfig> = {
  ...scaledHeadOptions,
  margin: true,
  beyondPi: true,
  easy: true,
  gradient: true,
};

/** The ArcFace head; made by {@link arcFace}. */
export class ArcFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className: string = 'FaceMarginsArcFace';
  private readonly options: Required<Pick<ArcFaceConfig, 'margin' | 'beyondPi' | 'easy' | 'gradient'>>;

  constructor(config: ArcFaceConfig) {
    if (new.target === ArcFace) checkLayerOptions('arcFace', config, arcFaceOptions);
    super({scale: 64, ...config});
    const {margin = 0.5, beyondPi = 'hard', easy = false, gradient = 'exact'} = config;
    const {where} = this;
    this.schedulable(margin, value => check.between(where, 'margin', value, 0, Math.PI, ' radians'));
    check.oneOf(where, 'beyondPi', beyondPi, ['hard', 'continuous', 'none']);
    check.oneOf(where, 'gradient', gradient, ['exact', 'straight-through']);
    this.options = {margin, beyondPi, easy, gradient};
  }

  override row(): MarginRowOptions {
    const {margin, ...options} = this.options;
    const m2 = this.now(margin);
    return {normalize: 'both', scale: this.scale, margin: angularMargin({...options, m2})};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), ...this.options} as tf.serialization.ConfigDict;
  }
}

/**
 * The ArcFace head: a margin on the target's angle, `z_y = s cos(θ_y + m)`, `z_j = s cos θ_j`.
 *
 * Defaults are the paper's, s = 64 and m = 0.5 **radians** (28.6 degrees: some libraries take degrees). Where θ_y + m
 * passes π, the cosine would rise again and reward the wrong direction; `beyondPi` selects what replaces it. The gradient
 * is the exact one at every angle: no `acos` is differentiated and no sine is taken from `√(1 − cos²)`.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition,
 * [arXiv 1801.07698](https://arxiv.org/abs/1801.07698).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is not from 0 to π, or an
 * option is not one of its names.
 *
 * @example
 * ```js
 * const head = arcFace({classes: 10, scale: 16, margin: 0.3});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function arcFace(config: ArcFaceConfig): ArcFace {
  return new ArcFace(config);
}
