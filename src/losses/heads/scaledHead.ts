import type * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, type Shape} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import type {LayerOptionNames} from '../../base/checkLayerOptions';
import {floorScalar} from '../../ops/margin/floorScalar';
import type {Schedule} from '../../schedules/schedule';
import {MarginHead, type MarginHeadConfig, marginHeadOptions} from './marginHead';

/** Options of heads with a scale. */
export interface ScaledHeadConfig extends MarginHeadConfig {
  /** The scale, α or s in the papers, or a schedule of it. A learned scale starts here. */
  scale?: number | Schedule;
  /** Whether the scale is a learned weight of the layer. Default false. */
  learnScale?: boolean;
  /** The least value of a learned scale. Below it the gradient still reaches the weight, so it can grow again. Default 0.01, as in NormFace's code. */
  minScale?: number;
}

/** The names of {@link ScaledHeadConfig}. */
export const scaledHeadOptions: LayerOptionNames<ScaledHeadConfig> = {
  ...marginHeadOptions,
  scale: true,
  learnScale: true,
  minScale: true,
};

/** A head with a scale: fixed, scheduled or learned. */
export abstract class ScaledHead extends MarginHead {
  private readonly givenScale: number | Schedule;
  private readonly learnScale: boolean;
  private readonly minScale: number;
  private scaleVariable: LayerVariable | undefined;

  constructor(config: ScaledHeadConfig & {scale: number | Schedule}) {
    super(config);
    const {scale, learnScale = false, minScale = 0.01} = config;
    const {where} = this;
    this.givenScale = this.schedulable(scale, value => check.positive(where, 'scale', value));
    this.minScale = check.positive(where, 'minScale', minScale);
    this.learnScale = learnScale;
    if (learnScale && typeof scale !== 'number') {
      throw new Error(
        `${where}: scale must be a number where learnScale is true, but is a schedule; a scale is either learned or given.`,
      );
    }
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    if (!this.learnScale) return;
    const initializer = initializers.constant({value: this.givenScale as number});
    this.scaleVariable = this.addWeight('scale', [], 'float32', initializer, undefined, true);
  }

  /** The scale in use: a number, or a scalar tensor where it is learned. */
  protected get scale(): number | tf.Scalar {
    return this.scaleVariable === undefined
      ? this.now(this.givenScale)
      : floorScalar(this.scaleVariable.read() as tf.Scalar, this.minScale);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {givenScale: scale, learnScale, minScale} = this;
    return {...super.getConfig(), scale, learnScale, minScale} as tf.serialization.ConfigDict;
  }
}
