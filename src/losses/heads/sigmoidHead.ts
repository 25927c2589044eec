import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, type Shape} from '@tensorflow/tfjs-layers';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {type MarginSigmoidOptions, marginSigmoid} from '../../ops/margin/marginSigmoid';
import type {Schedule} from '../../schedules/schedule';
import {ScaledHead, type ScaledHeadConfig} from './scaledHead';

/** Options of heads that ask of every class by itself whether an example belongs to it. */
export type SigmoidHeadConfig = Omit<ScaledHeadConfig, 'targetLoss'>;

/** The weights of the target's term and of every other class's in the loss of a {@link SigmoidHead}. */
export type TermWeights = Required<Pick<MarginSigmoidOptions, 'positiveWeight' | 'negativeWeight'>>;

/**
 * A head that asks of every class by itself whether an example belongs to it, by one learned threshold b: see {@link marginSigmoid}. Its
 * loss is no function of a probability among the classes, so that it has no `targetLoss`.
 */
export abstract class SigmoidHead extends ScaledHead {
  private thresholdVariable: LayerVariable | undefined;

  constructor(config: SigmoidHeadConfig & {scale: number | Schedule}) {
    super(config);
  }

  /** Where b starts. */
  protected abstract get firstThreshold(): number;

  /** The weights of the target's term and of every other class's. */
  protected abstract get termWeights(): TermWeights;

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    const initializer = initializers.constant({value: this.firstThreshold});
    this.thresholdVariable = this.addWeight('threshold', [], 'float32', initializer, undefined, true);
  }

  /**
   * b, the logit at which an example is as likely of a class as not: the live variable, not a copy.
   *
   * @throws If the layer is not built yet.
   */
  get threshold(): tf.Scalar {
    if (this.thresholdVariable === undefined) {
      throw new Error(`${this.where}: has no threshold before it is built; apply it to embeddings first.`);
    }
    return this.thresholdVariable.read() as tf.Scalar;
  }

  /** The cosine at which a class says yes as often as no, without margins, where its logit over the scale is `level`. */
  protected abstract cosineAt(level: number): number;

  /**
   * The cosine to verify pairs at before there are pairs to choose one by: where the head's own logit, without a margin, is b. It is a
   * cosine like any other score, from −1 to 1, to compare with the threshold that `calibrateScores` or `tarAtFar` find on pairs.
   *
   * @throws If the layer is not built yet.
   *
   * @example
   * ```js
   * const head = uniFace({classes: 10});
   * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));
   * await head.verificationThreshold();   // 0.072
   * ```
   */
  async verificationThreshold(): Promise<number> {
    const level = tf.tidy(() => tf.div(this.threshold, this.scale));
    const [value] = await level.data();
    level.dispose();
    return Math.min(1, Math.max(-1, this.cosineAt(value)));
  }

  protected override lossOfRow(
    embeddings: tf.Tensor2D,
    labels: tf.Tensor1D,
    row: MarginRowOptions,
  ): tf.Tensor1D {
    const {threshold} = this;
    return marginSigmoid(embeddings, this.classWeights, labels, {...row, threshold, ...this.termWeights});
  }
}
