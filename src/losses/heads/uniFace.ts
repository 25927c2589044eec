import type * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import type {Schedule} from '../../schedules/schedule';
import {checkAgentOptions} from './checkAgentOptions';
import {cosFaceMargin} from './cosFace';
import {SigmoidHead, type SigmoidHeadConfig, type TermWeights} from './sigmoidHead';

/** Options of {@link uniFace}. */
export interface UniFaceConfig extends SigmoidHeadConfig {
  /** The margin m, in units of the cosine, or a schedule of it. Default 0.4, the authors'. */
  margin?: number | Schedule;
  /** What every other class's term counts, l. Default 1, the authors'. */
  negativeWeight?: number;
}

/** The UniFace head; made by {@link uniFace}. */
export class UniFace extends SigmoidHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsUniFace';
  private readonly margin: number | Schedule;
  private readonly negativeWeight: number;

  constructor(config: UniFaceConfig) {
    if (new.target === UniFace) {
      checkAgentOptions('uniFace', config, {
        ...{interClassFilter: true, subCenters: true, scale: true, learnScale: true, minScale: true},
        ...{margin: true, negativeWeight: true},
      });
    }
    super({scale: 64, ...config});
    const {margin = 0.4, negativeWeight = 1} = config;
    this.margin = this.schedulable(margin, value => check.between(this.where, 'margin', value, 0, 2));
    this.negativeWeight = check.notNegative(this.where, 'negativeWeight', negativeWeight);
  }

  protected override get firstThreshold(): number {
    return Math.log(10 * this.classes);
  }

  protected override get termWeights(): TermWeights {
    return {positiveWeight: 1, negativeWeight: this.negativeWeight};
  }

  protected override cosineAt(level: number): number {
    return level;
  }

  override row(): MarginRowOptions {
    return {normalize: 'both', scale: this.scale, margin: cosFaceMargin(this.now(this.margin))};
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {margin, negativeWeight} = this;
    return {...super.getConfig(), margin, negativeWeight} as tf.serialization.ConfigDict;
  }
}

/**
 * The UniFace head: one threshold for all classes, above which the target's cosine has to be and below which every other.
 *
 * `L = log(1 + e^{b − s (cos θ_y − m)}) + l Σ_{j≠y} log(1 + e^{s cos θ_j − b})`, b learned from log(10 · classes). Pairs are verified
 * by one threshold as well, and b/s, {@link SigmoidHead.verificationThreshold}, is where to begin to look for it. The authors' code
 * clamps what it takes the exponential of, where gradients vanish; here none do.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes, D]`.
 *
 * Zhou, Jia, Li, Shen, Duan: UniFace: Unified Cross-Entropy Loss for Deep Face Recognition, ICCV 2023.
 *
 * @throws If `classes` is not a whole number of 1 or more, `scale` is not above 0, `margin` is not from 0 to 2, or `negativeWeight` is below 0.
 *
 * @example
 * ```js
 * const head = uniFace({classes: 10, scale: 16});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function uniFace(config: UniFaceConfig): UniFace {
  return new UniFace(config);
}
