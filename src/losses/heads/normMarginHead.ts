import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import type {LayerOptionNames} from '../../base/checkLayerOptions';
import {normalizeRows} from '../../ops/margin/normalizeRows';
import {type Schedule, scheduleValues} from '../../schedules/schedule';
import type {LossOptions} from '../embeddingLoss';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of heads whose margin grows with the norm of the embedding. */
export interface NormMarginConfig extends ScaledHeadConfig {
  /** The norms `[l_a, u_a]` between which the margin grows; shorter and longer embeddings count as the nearer bound. Default [10, 110]. */
  norms?: [lowest: number, highest: number];
  /** The margins `[l_m, u_m]` at those norms. */
  margins?: [lowest: number, highest: number];
  /** λ_g: how strongly norms are drawn to the highest. */
  regularization?: number;
}

/** The names of {@link NormMarginConfig}. */
export const normMarginOptions: LayerOptionNames<NormMarginConfig> = {
  ...scaledHeadOptions,
  norms: true,
  margins: true,
  regularization: true,
};

/** What a {@link NormMarginHead} makes of norms. */
export interface NormMargin {
  /** m(a), `[B, 1]`. */
  margin: tf.Tensor;
  /** dm/d‖x‖, `[B, 1]`: the slope within the bounds, 0 outside. */
  slope: tf.Tensor;
}

/**
 * A head whose margin grows with the norm of the embedding, `m(a) = l_m + (u_m − l_m)(a − l_a)/(u_a − l_a)` with
 * `a = clip(‖x‖, l_a, u_a)`, and whose loss draws norms to the highest, by `λ_g (a/u_a² + 1/a)`.
 */
export abstract class NormMarginHead extends ScaledHead {
  private readonly norms: [number, number];
  private readonly margins: [number, number];
  private readonly regularization: number;

  constructor(config: Required<Pick<NormMarginConfig, 'margins' | 'regularization'>> & NormMarginConfig) {
    super({...config, scale: config.scale ?? 64});
    const {norms = [10, 110], margins, regularization} = config;
    const {where} = this;
    const [lowest, highest] = norms;
    check.positive(where, 'norms[0]', lowest);
    if (!(highest > lowest && Number.isFinite(highest))) {
      throw new Error(
        `${where}: norms must be [lowest, highest] with lowest below highest, but are [${norms}].`,
      );
    }
    check.notNegative(where, 'margins[0]', margins[0]);
    check.atLeast(where, 'margins[1]', margins[1], margins[0]);
    this.norms = [...norms];
    this.margins = [...margins];
    this.regularization = check.notNegative(where, 'regularization', regularization);
    const least = this.leastRegularization(config.scale ?? 64);
    if (regularization < least * (1 - 1e-6)) {
      throw new Error(
        `${where}: regularization must be at least ${least.toPrecision(4)} for this scale, these norms and these margins, ` +
          `so that the loss has one best norm, but is ${regularization}.`,
      );
    }
  }

  /** dm/da within the bounds. */
  private get slope(): number {
    const [[lowest, highest], [from, to]] = [this.norms, this.margins];
    return (to - from) / (highest - lowest);
  }

  /** The paper's bound `s k u_a² l_a² / (u_a² − l_a²)` for λ_g. */
  private leastRegularization(scale: number | Schedule): number {
    const [lowest, highest] = this.norms.map(norm => norm * norm);
    return (Math.max(...scheduleValues(scale)) * this.slope * highest * lowest) / (highest - lowest);
  }

  /** The margin of norms `[B, 1]`. */
  protected marginOf(norm: tf.Tensor): NormMargin {
    const [lowest, highest] = this.norms;
    const beyond = tf.sub(tf.clipByValue(norm, lowest, highest), lowest);
    return {
      margin: tf.add(tf.mul(beyond, this.slope), this.margins[0]),
      slope: tf.mul(this.within(norm), this.slope),
    };
  }

  private within(norm: tf.Tensor): tf.Tensor {
    const [lowest, highest] = this.norms;
    return tf.cast(tf.logicalAnd(tf.greater(norm, lowest), tf.less(norm, highest)), 'float32');
  }

  override loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Tensor1D {
    return tf.tidy(() => tf.add(super.loss(embeddings, labels, options), this.regularizer(embeddings)));
  }

  /** `λ_g (a/u_a² + 1/a)`, `[B]`. */
  private regularizer(embeddings: tf.Tensor): tf.Tensor1D {
    const [lowest, highest] = this.norms;
    const operation = tf.customGrad<tf.Tensor1D>((...args) => {
      const [x, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
      const {norm, unit} = normalizeRows(x);
      const a = tf.clipByValue(norm, lowest, highest);
      const value = tf.add(tf.div(a, highest ** 2), tf.div(1, a));
      const slope = tf.mul(tf.sub(1 / highest ** 2, tf.square(tf.div(1, a))), this.within(norm));
      save([tf.mul(slope, this.regularization), unit]);
      return {
        value: tf.mul(tf.reshape(value, [-1]), this.regularization) as tf.Tensor1D,
        gradFunc: (dy, [slope, unit]) => tf.mul(tf.mul(tf.reshape(dy, [-1, 1]), slope), unit),
      };
    });
    return operation(embeddings);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {norms, margins, regularization} = this;
    return {...super.getConfig(), norms, margins, regularization} as tf.serialization.ConfigDict;
  }
}
