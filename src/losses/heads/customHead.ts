import type * as tf from '@tensorflow/tfjs-core';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import type {Margin} from '../../ops/margin/margin';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {ScaledHead, type ScaledHeadConfig, scaledHeadOptions} from './scaledHead';

/** Options of {@link customHead}. */
export interface CustomHeadConfig extends ScaledHeadConfig {
  /** f and df/dθ. */
  margin: Margin;
  /** The norms to divide out. Default `'both'`. */
  normalize?: MarginRowOptions['normalize'];
}

const customHeadOptions: LayerOptionNames<CustomHeadConfig> = {
  ...scaledHeadOptions,
  margin: true,
  normalize: true,
};

/** A head with a margin of your own; made by {@link customHead}. */
export class CustomHead extends ScaledHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCustomHead';
  private readonly margin: Margin;
  private readonly normalize: MarginRowOptions['normalize'];

  constructor(config: CustomHeadConfig) {
    if (new.target === CustomHead) checkLayerOptions('customHead', config, customHeadOptions);
    super({scale: 64, ...config});
    if (typeof config.margin?.value !== 'function') {
      throw new Error(
        `${this.where}: margin must be an object with functions value and derivative, but is ${String(config.margin)}. It is code and not saved: to load a saved model, extend MarginHead and register the class.`,
      );
    }
    this.margin = config.margin;
    this.normalize = config.normalize ?? 'both';
  }

  override row(): MarginRowOptions {
    return {normalize: this.normalize, scale: this.scale, margin: this.margin};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), normalize: this.normalize ?? 'both'};
  }
}

/**
 * A head with a margin of your own: `z_y = A_y f(θ_y)`, `z_j = A_j cos θ_j`.
 *
 * Give f and its derivative **by the angle**, which stays bounded where the derivative by the cosine does not. The margin
 * is code and is not saved with a model: for a head that loads, extend {@link MarginHead} with a class name of its own.
 *
 * @throws If `margin` has no function `value`, or another option is wrong. The loss throws if f or df/dθ is not `[B, 1]`.
 *
 * @example
 * ```ts
 * // Halfway between CosFace and ArcFace.
 * const margin: Margin = {
 *   value: ({cos, theta}) => tf.div(tf.add(tf.sub(cos, 0.35), tf.cos(tf.add(theta, 0.5))), 2),
 *   derivative: ({sin, theta}) => tf.neg(tf.div(tf.add(sin, tf.sin(tf.add(theta, 0.5))), 2)),
 * };
 * const head = customHead({classes: 10, scale: 16, margin});
 * ```
 */
export function customHead(config: CustomHeadConfig): CustomHead {
  return new CustomHead(config);
}
