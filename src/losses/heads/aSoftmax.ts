import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import {euclideanNorms} from '../../ops/euclideanNorms';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {annealing} from '../../schedules/annealing';
import type {Schedule} from '../../schedules/schedule';
import {multiplicativeMargin} from '../margins/multiplicativeMargin';
import {MarginHead, type MarginHeadConfig, marginHeadOptions} from './marginHead';

/** Options of {@link aSoftmax}. */
export interface ASoftmaxConfig extends MarginHeadConfig {
  /** m, 1 or more. The paper has whole numbers from 1 to 4. Default 4. */
  margin?: number | Schedule;
  /** λ, the weight of the plain cosine, or a schedule of it. Default: {@link annealing} to 5. */
  lambda?: number | Schedule;
  /** The true gradient, or the gradient of SphereFace's published layer. Default `'exact'`. */
  gradient?: 'exact' | 'sphereface';
}

const aSoftmaxOptions: LayerOptionNames<ASoftmaxConfig> = {
  ...marginHeadOptions,
  margin: true,
  lambda: true,
  gradient: true,
};

/** The A-Softmax head; made by {@link aSoftmax}. */
export class ASoftmax extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsASoftmax';
  private readonly margin: number | Schedule;
  private readonly lambda: number | Schedule;
  private readonly gradient: 'exact' | 'sphereface';

  constructor(config: ASoftmaxConfig) {
    if (new.target === ASoftmax) checkLayerOptions('aSoftmax', config, aSoftmaxOptions);
    super(config);
    const {margin = 4, lambda = annealing(), gradient = 'exact'} = config;
    const {where} = this;
    this.margin = this.schedulable(margin, value => check.atLeast(where, 'margin', value, 1));
    this.lambda = this.schedulable(lambda, value => check.notNegative(where, 'lambda', value));
    check.oneOf(where, 'gradient', gradient, ['exact', 'sphereface']);
    this.gradient = gradient;
  }

  override row(): MarginRowOptions {
    const {gradient} = this;
    const margin = multiplicativeMargin({
      margin: this.now(this.margin),
      lambda: this.now(this.lambda),
      gradient,
    });
    return {normalize: 'weights', margin, linearWeightGradient: gradient === 'sphereface'};
  }

  protected override beforeStep(): void {
    super.beforeStep();
    if (this.gradient === 'exact') return;
    const weights = this.classWeights as tf.Tensor2D & tf.Variable<tf.Rank.R2>;
    weights.assign(tf.div(weights, tf.maximum(euclideanNorms(weights), 1e-12)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {margin, lambda, gradient} = this;
    return {...super.getConfig(), margin, lambda, gradient} as tf.serialization.ConfigDict;
  }
}

/**
 * The A-Softmax (SphereFace) head: a margin that multiplies the target's angle, class weights normalized.
 *
 * `z_y = ‖x‖ (λ cos θ_y + ψ_m(θ_y))/(1 + λ)`, `z_j = ‖x‖ cos θ_j`, with ψ of {@link multiplicativeMargin}. λ falls by the published
 * {@link annealing} to 5, where m = 4 acts about like m = 1.5. The count of steps is saved with the weights.
 *
 * SphereFace's published layer has another gradient. `gradient: 'sphereface'` reproduces it: the margin's two coefficients on the
 * embedding are divided by their joint length, class weights become unit vectors before each step, and their gradient is a linear
 * layer's, without margin or projection.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Liu, Wen, Yu, Li, Raj, Song: SphereFace: Deep Hypersphere Embedding for Face Recognition,
 * [arXiv 1704.08063](https://arxiv.org/abs/1704.08063).
 *
 * @throws If `classes` is not a whole number of 1 or more, `margin` is below 1, `lambda` below 0, or `gradient` not one of its
 * names.
 *
 * @example
 * ```js
 * const head = aSoftmax({classes: 10, margin: 4, lambda: 5});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function aSoftmax(config: ASoftmaxConfig): ASoftmax {
  return new ASoftmax(config);
}
