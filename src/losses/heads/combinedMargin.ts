import type * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import {angularMargin, type BeyondPi, type MarginGradient} from '../margins/angularMargin';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link combinedMargin}. */
export interface CombinedMarginConfig extends ScaledHeadConfig {
  /** Factor of the angle, m₁, above 0; 1 or a little more or less is usual. Default 1. */
  m1?: number | Schedule;
  /** Added to the angle, m₂, in radians, from 0 to π. Default 0.3. */
  m2?: number | Schedule;
  /** Subtracted from the cosine, m₃. Default 0.2. */
  m3?: number | Schedule;
  /** What happens where m₁θ + m₂ passes π. Default `'hard'`. */
  beyondPi?: BeyondPi;
  /** Whether the margin applies only where the cosine is above 0. Default false. */
  easy?: boolean;
  /** The true gradient, or arcface_torch's. Default `'exact'`. */
  gradient?: MarginGradient;
}

type Options = Required<Pick<CombinedMarginConfig, 'm1' | 'm2' | 'm3' | 'beyondPi' | 'easy' | 'gradient'>>;

const combinedMarginOptions: LayerOptionNames<CombinedMarginConfig> = {
  ...scaledHeadOptions,
  m1: true,
  m2: true,
  m3: true,
  beyondPi: true,
  easy: true,
  gradient: true,
};

/** The combined-margin head; made by {@link combinedMargin}. */
export class CombinedMargin extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCombinedMargin';
  private readonly options: Options;

  constructor(config: CombinedMarginConfig) {
    if (new.target === CombinedMargin) checkLayerOptions('combinedMargin', config, combinedMarginOptions);
    super({scale: 64, ...config});
    const {m1 = 1, m2 = 0.3, m3 = 0.2, beyondPi = 'hard', easy = false, gradient = 'exact'} = config;
    const {where} = this;
    this.schedulable(m1, value => check.positive(where, 'm1', value));
    this.schedulable(m2, value => check.between(where, 'm2', value, 0, Math.PI, ' radians'));
    this.schedulable(m3, value => check.notNegative(where, 'm3', value));
    check.oneOf(where, 'beyondPi', beyondPi, ['hard', 'continuous', 'none']);
    check.oneOf(where, 'gradient', gradient, ['exact', 'straight-through']);
    this.options = {m1, m2, m3, beyondPi, easy, gradient};
  }

  override row(): MarginRowOptions {
    const {m1, m2, m3, ...options} = this.options;
    const margin = angularMargin({...options, m1: this.now(m1), m2: this.now(m2), m3: this.now(m3)});
    return {normalize: 'both', scale: this.scale, margin};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), ...this.options} as tf.serialization.ConfigDict;
  }
}

/**
 * The combined margin of ArcFace's paper, `z_y = s (cos(m₁θ_y + m₂) − m₃)`, `z_j = s cos θ_j`, for any m₁, m₂, m₃.
 *
 * (1, m, 0) is ArcFace, (1, 0, m) CosFace, (m, 0, 0) SphereFace on normalized embeddings. The default (1, 0.3, 0.2) is the
 * first mixture (CM1) of the paper's table. `beyondPi` selects what happens where m₁θ + m₂ passes π.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition,
 * [arXiv 1801.07698](https://arxiv.org/abs/1801.07698).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` or `m1` is not above 0, `m2` is not from 0 to π, `m3` is
 * negative, or an option is not one of its names.
 *
 * @example
 * ```js
 * const head = combinedMargin({classes: 10, scale: 16, m1: 1, m2: 0.2, m3: 0.05});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function combinedMargin(config: CombinedMarginConfig): CombinedMargin {
  return new CombinedMargin(config);
}
