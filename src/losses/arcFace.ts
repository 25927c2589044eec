import * as tf from '@tensorflow/tfjs-core';
import type {Margin} from '../ops/margin';
import type {MarginRowOptions} from '../ops/marginRow';
import {between} from './checkOption';
import {ScaledHead, type ScaledHeadConfig} from './scaledHead';

/** Options of {@link arcFace}. */
export interface ArcFaceConfig extends ScaledHeadConfig {
  /** The margin m, in radians, from 0 to π. Default 0.5, the paper's; 0.5 rad are 28.6 degrees. */
  margin?: number;
}

/**
 * ArcFace's margin, `f(θ) = cos(θ + m)`, going on as `cos θ − m sin m` where θ + m is beyond π.
 *
 * @param m In radians.
 */
export function arcFaceMargin(m: number): Margin {
  const beyond = ({cos, sin}: {cos: tf.Tensor; sin: tf.Tensor}) =>
    tf.less(tf.add(tf.mul(sin, Math.cos(m)), tf.mul(cos, Math.sin(m))), 0);
  return {
    value: angle => {
      const {cos, sin} = angle;
      const turned = tf.sub(tf.mul(cos, Math.cos(m)), tf.mul(sin, Math.sin(m)));
      return tf.where(beyond(angle), tf.sub(cos, m * Math.sin(m)), turned);
    },
    derivative: angle => {
      const {cos, sin} = angle;
      const turned = tf.add(tf.mul(sin, Math.cos(m)), tf.mul(cos, Math.sin(m)));
      return tf.neg(tf.where(beyond(angle), sin, turned));
    },
  };
}

/** The ArcFace head; made by {@link arcFace}. */
export class ArcFace extends ScaledHead {
  /** @nocollapse */
  static readonly className = 'FaceMarginsArcFace';
  private readonly margin: number;

  constructor(config: ArcFaceConfig) {
    super({scale: 64, ...config});
    this.margin = between(this.getClassName(), 'margin', config.margin ?? 0.5, 0, Math.PI, ' radians');
  }

  protected override row(): MarginRowOptions {
    return {normalize: 'both', scale: this.scale, margin: arcFaceMargin(this.margin)};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), margin: this.margin};
  }
}

/**
 * The ArcFace head: a margin on the target's angle, `z_y = s cos(θ_y + m)`, `z_j = s cos θ_j`.
 *
 * Where θ_y + m passes π the cosine would fall again and reward the wrong direction; the logit goes on as
 * `s (cos θ_y − m sin m)`. Defaults are the paper's, s = 64 and m = 0.5 **radians** (28.6 degrees: some libraries take
 * degrees). The gradient is the exact one at every angle: no `acos` is differentiated and no sine is taken from
 * `√(1 − cos²)`.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Deng, Guo, Xue, Zafeiriou: ArcFace: Additive Angular Margin Loss for Deep Face Recognition, arXiv 1801.07698.
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, or `margin` is not from 0 to π.
 *
 * ```js
 * const head = arcFace({classes: 10, scale: 16, margin: 0.3});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function arcFace(config: ArcFaceConfig): ArcFace {
  return new ArcFace(config);
}
