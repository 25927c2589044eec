import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import type {Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {OthersMargin} from '../../ops/margin/othersMargin';
import type {MarginGradient} from '../margins/angularMargin';
import {checkAgentOptions} from './checkAgentOptions';
import {SigmoidHead, type SigmoidHeadConfig, type TermWeights} from './sigmoidHead';

/** Options of {@link sphereFace2}. */
export interface SphereFace2Config extends Omit<SigmoidHeadConfig, 'scale' | 'learnScale' | 'minScale'> {
  /** r: how steeply a cosine counts. Default 40, the authors'. */
  scale?: number;
  /** The margin m, in units of g. Default 0.4, the authors'. */
  margin?: number;
  /** t: how far g bends the cosine towards 1. Default 3, the authors'. */
  exponent?: number;
  /** α: what part of the loss is the target's, from 0 to 1. Default 0.7, the authors'. */
  balance?: number;
  /** w: the loss as a whole is multiplied with w/r. Default 50, the authors'. */
  weight?: number;
  /** The true gradient, or that of the authors' code, which takes g′ = 1. Default `'exact'`. */
  gradient?: MarginGradient;
}

/** `x^n`, by products where n is a whole number: a power takes many times as long on some backends. */
function power(x: tf.Tensor, n: number): tf.Tensor {
  if (!Number.isInteger(n) || n > 8) return tf.pow(x, n);
  let product: tf.Tensor = n === 0 ? tf.onesLike(x) : x;
  for (let i = 1; i < n; i++) product = tf.mul(product, x);
  return product;
}

/** The SphereFace2 head; made by {@link sphereFace2}. */
export class SphereFace2 extends SigmoidHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsSphereFace2';
  private readonly options: Required<
    Pick<SphereFace2Config, 'scale' | 'margin' | 'exponent' | 'balance' | 'weight' | 'gradient'>
  >;

  constructor(config: SphereFace2Config) {
    if (new.target === SphereFace2) {
      checkAgentOptions('sphereFace2', config, {
        ...{interClassFilter: true, subCenters: true, scale: true, margin: true, exponent: true},
        ...{balance: true, weight: true, gradient: true},
      });
    }
    const {scale = 40, margin = 0.4, exponent = 3, balance = 0.7, weight = 50, gradient = 'exact'} = config;
    super({...config, scale});
    const {where} = this;
    check.positive(where, 'scale', scale);
    check.between(where, 'margin', margin, 0, 1);
    check.atLeast(where, 'exponent', exponent, 1);
    check.between(where, 'balance', balance, 0, 1);
    check.positive(where, 'weight', weight);
    check.oneOf(where, 'gradient', gradient, ['exact', 'straight-through']);
    this.options = {scale, margin, exponent, balance, weight, gradient};
  }

  /** Where the loss is least for cosines of 0. */
  protected override get firstThreshold(): number {
    const {scale: r, margin: m, exponent: t, balance} = this.options;
    // With one class there is nothing to balance; with a balance of 0 or 1 one of the terms is not there.
    if (this.classes < 2 || balance === 0 || balance === 1) return 0;
    const z = balance / ((1 - balance) * (this.classes - 1));
    const atZero = 2 * 0.5 ** t - 1;
    const [target, other] = [r * (atZero - m), r * (atZero + m)];
    const root = Math.sqrt((1 - z) ** 2 + 4 * z * Math.exp(target - other));
    return other + Math.log((1 - z + root) / (2 * z));
  }

  protected override get termWeights(): TermWeights {
    const {scale, balance, weight} = this.options;
    return {
      positiveWeight: (weight / scale) * balance,
      negativeWeight: (weight / scale) * (1 - balance),
    };
  }

  /** The inverse of g; below g's least value, −1. */
  protected override cosineAt(level: number): number {
    return 2 * (Math.max(0, level + 1) / 2) ** (1 / this.options.exponent) - 1;
  }

  override row(): MarginRowOptions {
    const {margin: m, exponent: t, gradient} = this.options;
    const bent = (cos: tf.Tensor) => {
      const half = tf.mul(tf.add(cos, 1), 0.5);
      const less = power(half, t - 1);
      return {
        g: tf.sub(tf.mul(tf.mul(less, half), 2), 1),
        slope: gradient === 'exact' ? tf.mul(less, t) : tf.onesLike(cos),
      };
    };
    const margin: Margin = {
      value: ({cos}) => tf.sub(bent(cos).g, m),
      derivative: ({cos, sin}) => tf.neg(tf.mul(bent(cos).slope, sin)),
    };
    const others: OthersMargin = cosines => {
      const {g, slope} = bent(cosines);
      return {value: tf.add(g, m), slope};
    };
    return {normalize: 'both', scale: this.scale, margin, others};
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {learnScale, minScale, ...config} = super.getConfig();
    return {...config, ...this.options};
  }
}

/**
 * The SphereFace2 head: binary classification, one classifier a class, whose scores of different people compare.
 *
 * `L = w/r [α log(1 + e^{b − r (g(cos θ_y) − m)}) + (1 − α) Σ_{j≠y} log(1 + e^{r (g(cos θ_j) + m) − b})]` with
 * `g(c) = 2 ((c + 1)/2)^t − 1`, b learned (the paper's bias is −b). b starts where the loss is least when every cosine is 0. Pairs are verified where
 * `g(c) = b/r`: {@link SigmoidHead.verificationThreshold} gives that cosine.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Wen, Liu, Weller, Raj, Singh: SphereFace2: Binary Classification is All You Need for Deep Face Recognition,
 * [arXiv 2108.01513](https://arxiv.org/abs/2108.01513).
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` or `weight` is not above 0, `margin` or `balance` is not from 0 to 1,
 * `exponent` is below 1, or `gradient` is not one of its names.
 *
 * @example
 * ```js
 * const head = sphereFace2({classes: 10});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function sphereFace2(config: SphereFace2Config): SphereFace2 {
  return new SphereFace2(config);
}
