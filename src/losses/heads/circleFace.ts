import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {OthersMargin} from '../../ops/margin/othersMargin';
import type {Schedule} from '../../schedules/schedule';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link circleFace}. */
export interface CircleFaceConfig extends ScaledHeadConfig {
  /** The relaxation m, in units of the cosine, from 0 to 1, or a schedule of it. Default 0.25, the paper's for faces. */
  margin?: number | Schedule;
  /** The true gradient, or the paper's, which takes the factors in brackets as constants. Default `'exact'`. */
  gradient?: 'exact' | 'detached';
}

const circleFaceOptions: LayerOptionNames<CircleFaceConfig> = {
  ...scaledHeadOptions,
  margin: true,
  gradient: true,
};

/** The class-level Circle head; made by {@link circleFace}. */
export class CircleFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCircleFace';
  private readonly margin: number | Schedule;
  private readonly gradient: 'exact' | 'detached';

  constructor(config: CircleFaceConfig) {
    if (new.target === CircleFace) checkLayerOptions('circleFace', config, circleFaceOptions);
    super({scale: 256, ...config});
    const {margin = 0.25, gradient = 'exact'} = config;
    const {where} = this;
    this.margin = this.schedulable(margin, value => check.between(where, 'margin', value, 0, 1));
    check.oneOf(where, 'gradient', gradient, ['exact', 'detached']);
    this.gradient = gradient;
  }

  override row(): MarginRowOptions {
    const m = this.now(this.margin);
    const exact = this.gradient === 'exact';
    const margin: Margin = {
      // 1 + m − c is never below 0.
      value: ({cos}) => tf.mul(tf.sub(1 + m, cos), tf.add(cos, m - 1)),
      derivative: ({cos, sin}) => tf.neg(tf.mul(sin, exact ? tf.mul(2, tf.sub(1, cos)) : tf.sub(1 + m, cos))),
    };
    const others: OthersMargin = cosines => {
      const bracket = tf.relu(tf.add(cosines, m));
      return {
        value: tf.mul(bracket, tf.sub(cosines, m)),
        slope: exact ? tf.mul(tf.mul(cosines, 2), tf.step(bracket)) : bracket,
      };
    };
    return {normalize: 'both', scale: this.scale, margin, others};
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {margin, gradient} = this;
    return {...super.getConfig(), margin, gradient} as tf.serialization.ConfigDict;
  }
}

/**
 * The class-level Circle head: every cosine is weighted by how far it is from its optimum.
 *
 * `z_y = γ [1 + m − cos θ_y]₊ (cos θ_y − (1 − m))`, `z_j = γ [cos θ_j + m]₊ (cos θ_j − m)`; γ is `scale`. The target is drawn to
 * a cosine of 1 and the others to 0 or −m, each with a force of its own. The paper takes the brackets as constants in the gradient,
 * which is `gradient: 'detached'`.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`. For pairs in a batch see {@link circleLoss}.
 *
 * Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei: Circle Loss: A Unified Perspective of Pair Similarity Optimization,
 * [arXiv 2002.10857](https://arxiv.org/abs/2002.10857).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is not from 0 to 1, or `gradient` is not one of its
 * names.
 *
 * @example
 * ```js
 * const head = circleFace({classes: 10, scale: 64});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function circleFace(config: CircleFaceConfig): CircleFace {
  return new CircleFace(config);
}
