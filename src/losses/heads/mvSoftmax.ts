import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {Angle, Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import {angularMargin} from '../margins/angularMargin';
import {turnedCosine} from '../margins/turnedCosine';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link mvSoftmax}. */
export interface MvSoftmaxConfig extends ScaledHeadConfig {
  /** The margin on the target: ArcFace's, on the angle, or AM-Softmax', on the cosine. Default `'arc'`. */
  form?: 'arc' | 'am';
  /** The margin m, in radians for `'arc'`, in units of the cosine for `'am'`, or a schedule of it. Default 0.35. */
  margin?: number | Schedule;
  /** t, 1 or more: how much harder a misclassified vector counts, or a schedule of it. Default 1.12, as FaceX-Zoo has it. */
  emphasis?: number | Schedule;
}

const mvSoftmaxOptions: LayerOptionNames<MvSoftmaxConfig> = {
  ...scaledHeadOptions,
  form: true,
  margin: true,
  emphasis: true,
};

/** The cosine less m, where it is above m; elsewhere the cosine itself. */
const cosineMargin = (m: number): Margin => ({
  value: ({cos}) => tf.where(tf.greater(cos, m), tf.sub(cos, m), cos),
});

/** The MV-Softmax head; made by {@link mvSoftmax}. */
export class MvSoftmax extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsMvSoftmax';
  private readonly form: 'arc' | 'am';
  private readonly margin: number | Schedule;
  private readonly emphasis: number | Schedule;

  constructor(config: MvSoftmaxConfig) {
    if (new.target === MvSoftmax) checkLayerOptions('mvSoftmax', config, mvSoftmaxOptions);
    super({scale: 32, ...config});
    const {form = 'arc', margin = 0.35, emphasis = 1.12} = config;
    const {where} = this;
    check.oneOf(where, 'form', form, ['arc', 'am']);
    this.form = form;
    this.margin = this.schedulable(margin, value => check.between(where, 'margin', value, 0, 1));
    this.emphasis = this.schedulable(emphasis, value => check.atLeast(where, 'emphasis', value, 1));
  }

  override row(): MarginRowOptions {
    const [m, t] = [this.now(this.margin), this.now(this.emphasis)];
    const arc = this.form === 'arc';
    const others = (cosines: tf.Tensor2D, angle: Angle) => {
      const hard = tf.step(tf.sub(cosines, arc ? turnedCosine(angle, m) : tf.sub(angle.cos, m)));
      // By how much t multiplies c + 1.
      const more = tf.mul(hard, t - 1);
      return {
        value: tf.add(cosines, tf.mul(more, tf.add(cosines, 1))),
        slope: tf.add(more, 1),
      };
    };
    const margin = arc ? angularMargin({m2: m, beyondPi: 'none', easy: true}) : cosineMargin(m);
    return {normalize: 'both', scale: this.scale, margin, others};
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {form, margin, emphasis} = this;
    return {...super.getConfig(), form, margin, emphasis} as tf.serialization.ConfigDict;
  }
}

/**
 * The MV-Softmax head: misclassified vectors count harder than the rest.
 *
 * A class j is misclassified where its cosine is above the target's with its margin; it has `z_j = s (t cos θ_j + t − 1)`, every other
 * `z_j = s cos θ_j`. The target has `z_y = s cos(θ_y + m)` where its cosine is above 0 (form `'arc'`), or `z_y = s (cos θ_y − m)` where its
 * cosine is above m (form `'am'`); elsewhere `s cos θ_y`. With t = 1 only that margin is left. Which classes are misclassified has no gradient.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Wang, Zhang, Wang, Fu, Shi, Mei: Mis-classified Vector Guided Softmax Loss for Face Recognition,
 * [arXiv 1912.00833](https://arxiv.org/abs/1912.00833).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is not from 0 to 1, `emphasis` is below 1, or
 * `form` is not one of its names.
 *
 * @example
 * ```js
 * const head = mvSoftmax({classes: 10, scale: 16, form: 'am', margin: 0.2});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function mvSoftmax(config: MvSoftmaxConfig): MvSoftmax {
  return new MvSoftmax(config);
}
