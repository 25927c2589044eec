import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {Angle, Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {OthersMargin} from '../../ops/margin/othersMargin';
import type {Schedule} from '../../schedules/schedule';
import type {MarginGradient} from '../margins/angularMargin';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link sphereFaceR}. */
export interface SphereFaceRConfig extends ScaledHeadConfig {
  /** What m multiplies: the target's angle, or the inverse of all other angles. Default `'target'`, the paper's version 1. */
  on?: 'target' | 'others';
  /** The margin m, 1 or more, or a schedule of it. Default 1.5, the authors' for hard feature normalization. */
  margin?: number | Schedule;
  /** The true gradient, or that of the authors' code, which takes f′(cos θ) = 1. Default `'exact'`. */
  gradient?: MarginGradient;
}

const sphereFaceROptions: LayerOptionNames<SphereFaceRConfig> = {
  ...scaledHeadOptions,
  on: true,
  margin: true,
  gradient: true,
};

/** Of `sin x / x` by x², highest power first. */
const SINE = [-1 / 39_916_800, 1 / 362_880, -1 / 5040, 1 / 120, -1 / 6];

/** sin x for x from 0 to π/2, by products: a sine takes many times as long on some backends. */
function sineOf(x: tf.Tensor): tf.Tensor {
  const square = tf.square(x);
  const [highest, ...rest] = SINE;
  let series: tf.Tensor = tf.mul(square, highest);
  for (const coefficient of rest) series = tf.mul(tf.add(series, coefficient), square);
  return tf.mul(tf.add(series, 1), x);
}

/** The square of the smallest sine that cosines in float32 can be told from. */
const LEAST = 1e-7;

/** The SphereFace-R head; made by {@link sphereFaceR}. */
export class SphereFaceR extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsSphereFaceR';
  private readonly on: 'target' | 'others';
  private readonly margin: number | Schedule;
  private readonly gradient: MarginGradient;

  constructor(config: SphereFaceRConfig) {
    if (new.target === SphereFaceR) checkLayerOptions('sphereFaceR', config, sphereFaceROptions);
    super({scale: 30, ...config});
    const {on = 'target', margin = 1.5, gradient = 'exact'} = config;
    const {where} = this;
    check.oneOf(where, 'on', on, ['target', 'others']);
    check.oneOf(where, 'gradient', gradient, ['exact', 'straight-through']);
    this.on = on;
    this.margin = this.schedulable(margin, value => check.atLeast(where, 'margin', value, 1));
    this.gradient = gradient;
  }

  override row(): MarginRowOptions {
    const m = this.now(this.margin);
    const shared = {normalize: 'both', scale: this.scale} as const;
    return this.on === 'target'
      ? {...shared, margin: this.multiplied(m)}
      : {...shared, others: this.divided(m)};
  }

  /** `cos(min(mθ, π))`. */
  private multiplied(m: number): Margin {
    const phi = ({theta}: Angle) => tf.minimum(tf.mul(theta, m), Math.PI);
    return {
      value: angle => tf.cos(phi(angle)),
      derivative: angle =>
        this.gradient === 'exact'
          ? tf.where(
              tf.less(tf.mul(angle.theta, m), Math.PI),
              tf.mul(tf.sin(phi(angle)), -m),
              tf.zerosLike(angle.theta),
            )
          : tf.neg(angle.sin),
    };
  }

  /** `cos(θ/m)`, whose slope by the cosine is `sin(θ/m)/(m sin θ)`. */
  private divided(m: number): OthersMargin {
    return cosines => {
      const sine = sineOf(tf.mul(tf.acos(cosines), 0.5 / m));
      const square = tf.square(sine);
      const value = tf.sub(1, tf.mul(square, 2));
      if (this.gradient !== 'exact') return {value, slope: tf.onesLike(cosines)};
      const sinePhi = tf.mul(tf.mul(sine, tf.sqrt(tf.relu(tf.sub(1, square)))), 2);
      const squareTheta = tf.clipByValue(tf.mul(tf.sub(1, cosines), tf.add(1, cosines)), LEAST, 1);
      const ratio = tf.div(sinePhi, tf.mul(tf.sqrt(squareTheta), m));
      // At θ = 0 both sines vanish, and their ratio is 1/m² at the limit.
      const atZero = tf.step(tf.sub(cosines, 1 - LEAST / 2));
      return {value, slope: tf.add(ratio, tf.mul(atZero, tf.sub(1 / m ** 2, ratio)))};
    };
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {on, margin, gradient} = this;
    return {...super.getConfig(), on, margin, gradient} as tf.serialization.ConfigDict;
  }
}

/**
 * The SphereFace-R head: SphereFace's multiplicative margin on one monotonous curve, with embeddings normalized.
 *
 * `z_y = s cos(min(m θ_y, π))`, `z_j = s cos θ_j` where the margin is on the target (version 1); `z_y = s cos θ_y`, `z_j = s cos(θ_j/m)` where it is
 * on the others (version 2). The authors train with f′(cos θ) = 1, which is `gradient: 'straight-through'`.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Liu, Wen, Raj, Singh, Weller: SphereFace Revived: Unifying Hyperspherical Face Recognition,
 * [arXiv 2109.05565](https://arxiv.org/abs/2109.05565).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is below 1, or an option is not one of its names.
 *
 * @example
 * ```js
 * const head = sphereFaceR({classes: 10, margin: 1.4});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function sphereFaceR(config: SphereFaceRConfig): SphereFaceR {
  return new SphereFaceR(config);
}
