import type * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, type Shape} from '@tensorflow/tfjs-layers';
import {floorScalar} from '../ops/floorScalar';
import {positive} from './checkOption';
import {MarginHead, type MarginHeadConfig} from './marginHead';

/** Options of the heads whose logits carry a scale. */
export interface ScaledHeadConfig extends MarginHeadConfig {
  /** The scale, α or s in the papers; where it is learned, its first value. */
  scale?: number;
  /** Whether the scale is a weight of the layer and learned. Default false. */
  learnScale?: boolean;
  /** A learned scale counts as this where it falls below it, and can grow again. Default 0.01, as NormFace's code has it. */
  minScale?: number;
}

/** A head with a scale, fixed or learned. */
export abstract class ScaledHead extends MarginHead {
  private readonly firstScale: number;
  private readonly learnScale: boolean;
  private readonly minScale: number;
  private scaleVariable: LayerVariable | undefined;

  constructor(config: ScaledHeadConfig & {scale: number}) {
    super(config);
    const {scale, learnScale = false, minScale = 0.01} = config;
    this.firstScale = positive(this.getClassName(), 'scale', scale);
    this.minScale = positive(this.getClassName(), 'minScale', minScale);
    this.learnScale = learnScale;
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    if (!this.learnScale) return;
    const initializer = initializers.constant({value: this.firstScale});
    this.scaleVariable = this.addWeight('scale', [], 'float32', initializer, undefined, true);
  }

  /** The scale in use: a number, or a scalar tensor where it is learned. */
  protected get scale(): number | tf.Scalar {
    return this.scaleVariable === undefined
      ? this.firstScale
      : floorScalar(this.scaleVariable.read() as tf.Scalar, this.minScale);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {firstScale, learnScale, minScale} = this;
    return {...super.getConfig(), scale: firstScale, learnScale, minScale};
  }
}
