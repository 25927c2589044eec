import type * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {annealing} from '../../schedules/annealing';
import type {Schedule} from '../../schedules/schedule';
import {multiplicativeMargin} from '../margins/multiplicativeMargin';
import {MarginHead, type MarginHeadConfig, marginHeadOptions} from './marginHead';

/** Options of {@link lSoftmax}. */
export interface LSoftmaxConfig extends MarginHeadConfig {
  /** m, 1 or more. The paper has whole numbers from 1 to 4. Default 4. */
  margin?: number | Schedule;
  /** λ, the weight of the plain cosine, or a schedule of it. Default: {@link annealing} to 5. */
  lambda?: number | Schedule;
}

const lSoftmaxOptions: LayerOptionNames<LSoftmaxConfig> = {...marginHeadOptions, margin: true, lambda: true};

/** The L-Softmax head; made by {@link lSoftmax}. */
export class LSoftmax extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className: string = 'FaceMarginsLSoftmax';
  private readonly margin: number | Schedule;
  private readonly lambda: number | Schedule;

  constructor(config: LSoftmaxConfig) {
    if (new.target === LSoftmax) checkLayerOptions('lSoftmax', config, lSoftmaxOptions);
    super(config);
    const {margin = 4, lambda = annealing()} = config;
    const {where} = this;
    this.margin = this.schedulable(margin, value => check.atLeast(where, 'margin', value, 1));
    this.lambda = this.schedulable(lambda, value => check.notNegative(where, 'lambda', value));
  }

  override row(): MarginRowOptions {
    const margin = multiplicativeMargin({margin: this.now(this.margin), lambda: this.now(this.lambda)});
    return {normalize: 'none', margin};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), margin: this.margin, lambda: this.lambda} as tf.serialization.ConfigDict;
  }
}

/**
 * The L-Softmax head: a margin that multiplies the target's angle, nothing normalized.
 *
 * `z_y = ‖x‖‖w_y‖ (λ cos θ_y + ψ_m(θ_y))/(1 + λ)`, `z_j = ‖x‖‖w_j‖ cos θ_j`, with ψ of {@link multiplicativeMargin}. Training
 * from scratch with m = 4 and λ = 0 does not converge, so λ starts large and falls. The default is SphereFace's published
 * {@link annealing}; {@link lSoftmaxMnistAnnealing} is L-Softmax' own on MNIST. The count of steps is saved with the weights.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Liu, Wen, Yu, Yang: Large-Margin Softmax Loss for Convolutional Neural Networks,
 * [arXiv 1612.02295](https://arxiv.org/abs/1612.02295).
 *
 * @throws If `classes` is not a whole number of 1 or more, `margin` is below 1 or `lambda` below 0.
 *
 * @example
 * ```js
 * const head = lSoftmax({classes: 10, margin: 2, lambda: lSoftmaxMnistAnnealing()});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function lSoftmax(config: LSoftmaxConfig): LSoftmax {
  return new LSoftmax(config);
}
