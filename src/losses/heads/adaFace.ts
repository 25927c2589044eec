import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import {euclideanNorms} from '../../ops/euclideanNorms';
import type {Angle, Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import type {MarginGradient} from '../margins/angularMargin';
import type {HeadCall} from './marginHead';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link adaFace}. */
export interface AdaFaceConfig extends ScaledHeadConfig {
  /** The margin m, in radians and in units of the cosine, or a schedule of it. Default 0.4; the authors have 0.75 for poor images. */
  margin?: number | Schedule;
  /** h: how far from the mean, in deviations times 1/h, a norm counts as best or worst. Default 0.333, the paper's. */
  concentration?: number;
  /** α, the part of a batch in the running mean and deviation of norms, above 0 and up to 1. Default 0.01, as the authors train. */
  momentum?: number;
  /** The true gradient, or that of the authors' later code, which takes f′(cos θ) = 1. Default `'exact'`. */
  gradient?: MarginGradient;
}

/** The names of {@link AdaFaceConfig}. */
const adaFaceOptions: LayerOptionNames<AdaFaceConfig> = {
  ...scaledHeadOptions,
  margin: true,
  concentration: true,
  momentum: true,
  gradient: true,
};

/** θ with its margin is kept this far from 0 and π, as published. */
const EDGE = 1e-3;

/** Mean and unbiased deviation of the norms of embeddings. */
interface NormStatistics {
  mean: tf.Tensor;
  deviation: tf.Tensor;
}

/** Norms as the head takes them: within 0.001 and 100, as published. */
const clippedNorms = (norms: tf.Tensor) => tf.clipByValue(norms, 0.001, 100);

/** The AdaFace head; made by {@link adaFace}. */
export class AdaFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsAdaFace';
  private readonly margin: number | Schedule;
  private readonly concentration: number;
  private readonly momentum: number;
  private readonly gradient: MarginGradient;
  private mean!: LayerVariable;
  private deviation!: LayerVariable;

  constructor(config: AdaFaceConfig) {
    if (new.target === AdaFace) checkLayerOptions('adaFace', config, adaFaceOptions);
    super({scale: 64, ...config});
    const {margin = 0.4, concentration = 0.333, momentum = 0.01, gradient = 'exact'} = config;
    const {where} = this;
    this.margin = this.schedulable(margin, value => check.between(where, 'margin', value, 0, 1));
    this.concentration = check.positive(where, 'concentration', concentration);
    this.momentum = check.between(where, 'momentum', momentum, 1e-6, 1);
    check.oneOf(where, 'gradient', gradient, ['exact', 'straight-through']);
    this.gradient = gradient;
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    this.mean = this.addState('normMean', 20);
    this.deviation = this.addState('normDeviation', 100);
  }

  /** The running statistics, mixed with those of norms `[B, 1]`; a batch of one has no deviation and leaves it as it is. */
  private statistics(norms: tf.Tensor): NormStatistics {
    const {momentum} = this;
    const [mean, deviation] = [this.mean.read(), this.deviation.read()];
    const mix = (running: tf.Tensor, now: tf.Tensor) =>
      tf.add(tf.mul(running, 1 - momentum), tf.mul(now, momentum));
    const average = tf.mean(norms);
    if (norms.size < 2) return {mean: mix(mean, average), deviation};
    const variance = tf.div(tf.sum(tf.square(tf.sub(norms, average))), norms.size - 1);
    return {mean: mix(mean, average), deviation: mix(deviation, tf.sqrt(variance))};
  }

  /** z, from −1 for the worst images to 1 for the best, `[B, 1]`. */
  private quality({norm}: Angle, training: boolean): tf.Tensor {
    const norms = clippedNorms(norm);
    const {mean, deviation} = training
      ? this.statistics(norms)
      : {mean: this.mean.read(), deviation: this.deviation.read()};
    const distance = tf.div(tf.sub(norms, mean), tf.add(deviation, 1e-3));
    return tf.clipByValue(tf.mul(distance, this.concentration), -1, 1);
  }

  override row(call: HeadCall = {training: false}): MarginRowOptions {
    const m = this.now(this.margin);
    const turned = (angle: Angle, z: tf.Tensor) => tf.sub(angle.theta, tf.mul(z, m));
    let z: tf.Tensor | undefined;
    const qualityOf = (angle: Angle) => {
      z ??= this.quality(angle, call.training);
      return z;
    };
    const margin: Margin = {
      value: angle => {
        const quality = qualityOf(angle);
        const phi = tf.clipByValue(turned(angle, quality), EDGE, Math.PI - EDGE);
        return tf.sub(tf.cos(phi), tf.mul(tf.add(quality, 1), m));
      },
      derivative: angle => {
        if (this.gradient === 'straight-through') return tf.neg(angle.sin);
        const phi = turned(angle, qualityOf(angle));
        const inside = tf.logicalAnd(tf.greater(phi, EDGE), tf.less(phi, Math.PI - EDGE));
        return tf.where(inside, tf.neg(tf.sin(phi)), tf.zerosLike(phi));
      },
    };
    return {normalize: 'both', scale: this.scale, margin};
  }

  /** Takes the norms of a step's embeddings into the running mean and deviation. A `Trainer` and `model.fit` call it. */
  override afterStep(embeddings: tf.Tensor2D): void {
    tf.tidy(() => {
      const {mean, deviation} = this.statistics(clippedNorms(euclideanNorms(embeddings)));
      this.mean.write(mean);
      this.deviation.write(deviation);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {margin, concentration, momentum, gradient} = this;
    return {
      ...super.getConfig(),
      ...{margin, concentration, momentum, gradient},
    } as tf.serialization.ConfigDict;
  }
}

/**
 * The AdaFace head: a margin that adapts to the quality of the image, for which the norm of the embedding stands.
 *
 * `z_y = s (cos(θ_y − m ẑ) − m (1 + ẑ))`, `z_j = s cos θ_j`, with `ẑ = clip(h (‖x‖ − μ)/(σ + 0.001), −1, 1)` and running mean
 * μ and deviation σ of the norms. The best images, ẑ = 1, get a margin of 2m off the cosine of `θ − m`; middling ones, ẑ = 0, are trained as CosFace,
 * and the worst, ẑ = −1, as ArcFace, whose gradient is gentle for hard examples. ẑ has no gradient; norms count from 0.001 to 100, and the angle with its
 * margin from 0.001 to π − 0.001.
 *
 * μ and σ start at 20 and 100. Each loss in training mixes α of its batch's into them; they are kept at the end of a step, by
 * `Trainer` and `model.fit` alike (a loop of your own calls {@link AdaFace.afterStep}), and stay still in validation. The authors' code
 * also clips cosines to ±0.999, so that it has no gradient below 0.045 radians: this head has one at every angle. Their weights expect BGR.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Kim, Jain, Liu: AdaFace: Quality Adaptive Margin for Face Recognition, [arXiv 2204.00964](https://arxiv.org/abs/2204.00964).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` or `concentration` is not above 0, `margin` is not from 0 to 1,
 * `momentum` not from 1e-6 to 1, or `gradient` not one of its names.
 *
 * @example
 * ```js
 * const head = adaFace({classes: 10, margin: 0.4});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function adaFace(config: AdaFaceConfig): AdaFace {
  return new AdaFace(config);
}
