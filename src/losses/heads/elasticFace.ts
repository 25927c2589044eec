import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import {initializerSeed} from '../../base/initializerSeed';
import type {Angle, Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {turnedCosine} from '../margins/turnedCosine';
import type {HeadCall} from './marginHead';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link elasticFace}. */
export interface ElasticFaceConfig extends ScaledHeadConfig {
  /** The margin on the target: ArcFace's, on the angle, or CosFace's, on the cosine. Default `'arc'`. */
  form?: 'arc' | 'cos';
  /** The mean margin, in radians or in units of the cosine. Default 0.5 for `'arc'`, 0.35 for `'cos'`, the paper's. */
  margin?: number;
  /** The deviation of margins. Default 0.05, or, where `plus` is true, 0.0175 for `'arc'` and 0.02 for `'cos'`, the paper's. */
  deviation?: number;
  /** Whether an example gets a larger margin the further it is from its class, ElasticFace+. Default false. */
  plus?: boolean;
}

const elasticFaceOptions: LayerOptionNames<ElasticFaceConfig> = {
  ...scaledHeadOptions,
  form: true,
  margin: true,
  deviation: true,
  plus: true,
};

/** Gives the largest value, of `[B, 1]`, to the example of the smallest cosine, the next largest to the next, and so on. */
function assignByRank(values: tf.Tensor, cosines: tf.Tensor): tf.Tensor {
  const count = values.size;
  const row = tf.reshape(cosines, [1, -1]);
  const places = tf.range(0, count);
  // Of equal cosines the earlier example counts as the smaller.
  const before = tf.logicalOr(
    tf.less(row, cosines),
    tf.logicalAnd(tf.equal(row, cosines), tf.less(tf.expandDims(places, 0), tf.expandDims(places, 1))),
  );
  const rank = tf.sum(tf.cast(before, 'int32'), 1);
  const descending = tf.topk(tf.reshape(values, [-1]), count).values;
  return tf.reshape(tf.gather(descending, rank as tf.Tensor1D), [-1, 1]);
}

/** The ElasticFace head; made by {@link elasticFace}. */
export class ElasticFace extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsElasticFace';
  private readonly form: 'arc' | 'cos';
  private readonly mean: number;
  private readonly deviation: number;
  private readonly plus: boolean;
  private readonly seed: number | undefined;
  private readonly start: number;
  private calls = 0;

  constructor(config: ElasticFaceConfig) {
    if (new.target === ElasticFace) checkLayerOptions('elasticFace', config, elasticFaceOptions);
    super({scale: 64, ...config});
    const {form = 'arc', plus = false, seed} = config;
    const {where} = this;
    check.oneOf(where, 'form', form, ['arc', 'cos']);
    const arc = form === 'arc';
    const {margin = arc ? 0.5 : 0.35, deviation = plus ? (arc ? 0.0175 : 0.02) : 0.05} = config;
    this.form = form;
    this.plus = plus;
    this.mean = check.between(where, 'margin', margin, 0, Math.PI);
    this.deviation = check.notNegative(where, 'deviation', deviation);
    this.seed = seed;
    this.start = seed ?? Math.random();
  }

  /** A seed for one call: of its key, or of the next count. */
  private seedOf(key: string | undefined): string {
    return key === undefined ? `${this.start} ${this.calls++}` : `${this.seed ?? 0} ${key}`;
  }

  override row({training, randomKey}: HeadCall = {training: false}): MarginRowOptions {
    const seed = training ? this.seedOf(randomKey) : undefined;
    let drawn: tf.Tensor | undefined;
    const marginsOf = ({cos}: Angle): tf.Tensor => {
      if (seed === undefined) return tf.fill(cos.shape, this.mean);
      // TensorFlow.js hashes strings, though its types name numbers only.
      const key = seed as unknown as number;
      const margins = tf.randomNormal(cos.shape, this.mean, this.deviation, 'float32', initializerSeed(key));
      return this.plus ? assignByRank(margins, cos) : margins;
    };
    const of = (angle: Angle) => {
      drawn ??= marginsOf(angle);
      return drawn;
    };
    const margin: Margin =
      this.form === 'cos'
        ? {value: angle => tf.sub(angle.cos, of(angle))}
        : {
            value: angle => turnedCosine(angle, of(angle)),
            derivative: angle =>
              tf.neg(tf.add(tf.mul(angle.sin, tf.cos(of(angle))), tf.mul(angle.cos, tf.sin(of(angle))))),
          };
    return {normalize: 'both', scale: this.scale, margin};
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {form, mean: margin, deviation, plus} = this;
    return {...super.getConfig(), form, margin, deviation, plus};
  }
}

/**
 * The ElasticFace head: every example draws a margin of its own, anew in each step.
 *
 * `z_y = s cos(θ_y + m_i)` (form `'arc'`) or `z_y = s (cos θ_y − m_i)` (form `'cos'`), `z_j = s cos θ_j`, with m_i drawn from a normal
 * distribution. With `plus` the batch's margins are given out by rank: the example furthest from its class gets the largest. (The published
 * code of that form takes the order of the sorted cosines for their ranks.) In validation every example has the mean margin.
 *
 * Margins are drawn by `seed` and by the key that `loss` is given, which a `Trainer` makes of its own seed and step; without a key, by a
 * count of calls. As published, nothing takes the place of the cosine where θ_y + m_i passes π.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Boutros, Damer, Kirchbuchner, Kuijper: ElasticFace: Elastic Margin Loss for Deep Face Recognition,
 * [arXiv 2109.09416](https://arxiv.org/abs/2109.09416).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is not from 0 to π, `deviation` is below 0, or
 * `form` is not one of its names.
 *
 * @example
 * ```js
 * const head = elasticFace({classes: 10, form: 'cos', seed: 1});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function elasticFace(config: ElasticFaceConfig): ElasticFace {
  return new ElasticFace(config);
}
