import type * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, type Shape} from '@tensorflow/tfjs-layers';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {marginSigmoid} from '../../ops/margin/marginSigmoid';
import type {Schedule} from '../../schedules/schedule';
import {ScaledHead, type ScaledHeadConfig} from './scaledHead';

/** Options of heads that ask of every class by itself whether an example belongs to it. */
export type SigmoidHeadConfig = Omit<ScaledHeadConfig, 'targetLoss'>;

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
  protected abstract get termWeights(): {positiveWeight: number; negativeWeight: number};

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

  protected override lossOfRow(
    embeddings: tf.Tensor2D,
    labels: tf.Tensor1D,
    row: MarginRowOptions,
  ): tf.Tensor1D {
    const {threshold} = this;
    return marginSigmoid(embeddings, this.classWeights, labels, {...row, threshold, ...this.termWeights});
  }
}
