import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {Angle} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import {angularMargin} from '../margins/angularMargin';
import {turnedCosine} from '../margins/turnedCosine';
import type {HeadCall} from './marginHead';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';
import {targetCosines} from './targetCosines';

/** Options of {@link curricularFace}. */
export interface CurricularFaceConfig extends ScaledHeadConfig {
  /** The margin m, in radians, from 0 to π, or a schedule of it. Default 0.5, the paper's. */
  margin?: number | Schedule;
  /** The part of a batch's mean cosine in the running mean t, above 0 and up to 1. Default 0.01, the paper's. */
  momentum?: number;
}

const curricularFaceOptions: LayerOptionNames<CurricularFaceConfig> = {
  ...scaledHeadOptions,
  margin: true,
  momentum: true,
};

/** The CurricularFace head; made by {@link curricularFace}. */
export class CurricularFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCurricularFace';
  private readonly margin: number | Schedule;
  private readonly momentum: number;
  private t!: LayerVariable;

  constructor(config: CurricularFaceConfig) {
    if (new.target === CurricularFace) checkLayerOptions('curricularFace', config, curricularFaceOptions);
    super({scale: 64, ...config});
    const {margin = 0.5, momentum = 0.01} = config;
    const {where} = this;
    this.margin = this.schedulable(margin, value =>
      check.between(where, 'margin', value, 0, Math.PI, ' radians'),
    );
    this.momentum = check.between(where, 'momentum', momentum, 1e-6, 1);
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    this.t = this.addState('t', 0);
  }

  /** The running mean of the targets' cosines, mixed with those of a batch, `[B, 1]`. */
  private mixed(cosines: tf.Tensor): tf.Tensor {
    const {momentum} = this;
    return tf.add(tf.mul(this.t.read(), 1 - momentum), tf.mul(tf.mean(cosines), momentum));
  }

  override row(call: HeadCall = {training: false}): MarginRowOptions {
    const m2 = this.now(this.margin);
    const others = (cosines: tf.Tensor2D, angle: Angle) => {
      const t = call.training ? this.mixed(angle.cos) : this.t.read();
      const hard = tf.step(tf.sub(cosines, turnedCosine(angle, m2)));
      // What t + c adds to 1.
      const more = tf.mul(hard, tf.add(cosines, tf.sub(t, 1)));
      return {
        value: tf.add(cosines, tf.mul(cosines, more)),
        slope: tf.add(tf.add(more, tf.mul(hard, cosines)), 1),
      };
    };
    return {normalize: 'both', scale: this.scale, margin: angularMargin({m2}), others};
  }

  /** Takes the cosines of a step's embeddings into t. A `Trainer` and `model.fit` call it. */
  override afterStep(embeddings: tf.Tensor2D, labels: tf.Tensor1D): void {
    tf.tidy(() => {
      this.t.write(
        this.mixed(
          targetCosines(embeddings, this.classWeights, labels, {
            shard: this.shard,
            subCenters: this.subCenters,
          }),
        ),
      );
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {margin, momentum} = this;
    return {...super.getConfig(), margin, momentum} as tf.serialization.ConfigDict;
  }
}

/**
 * The CurricularFace head: ArcFace's margin, and hard negatives that weigh little at first and more as training succeeds.
 *
 * `z_y = s cos(θ_y + m)`; a class j whose cosine is above `cos(θ_y + m)` is hard and has `z_j = s cos θ_j (t + cos θ_j)`, every other
 * `z_j = s cos θ_j`. t is the running mean of the targets' cosines, from 0 up, and has no gradient: where t + cos θ_j is below 1 a hard
 * negative counts less than under ArcFace, where it is above, more. Where θ_y + m passes π the margin goes on as {@link arcFace}'s does.
 *
 * Each loss in training mixes the batch's mean into t; it is kept at the end of a step, by `Trainer` and `model.fit` alike (a loop of
 * your own calls {@link CurricularFace.afterStep}), and stays still in validation, where the published code moves it too.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Huang, Wang, Tai, Liu, Shen, Li, Li, Huang: CurricularFace: Adaptive Curriculum Learning Loss for Deep Face Recognition,
 * [arXiv 2004.00288](https://arxiv.org/abs/2004.00288).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is not from 0 to π, or `momentum` not from
 * 1e-6 to 1.
 *
 * @example
 * ```js
 * const head = curricularFace({classes: 10, scale: 16, margin: 0.3});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function curricularFace(config: CurricularFaceConfig): CurricularFace {
  return new CurricularFace(config);
}
