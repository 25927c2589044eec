import type * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {MarginHead, type MarginHeadConfig, marginHeadOptions} from './marginHead';

/** Options of {@link proxyNcaLoss}. */
export interface ProxyNcaConfig extends MarginHeadConfig {
  /** What squared distances are divided by. Default 1/9, the authors'. */
  temperature?: number;
}

/** The ProxyNCA++ loss, a layer that owns the proxies; made by {@link proxyNcaLoss}. */
export class ProxyNca extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsProxyNca';
  private readonly temperature: number;

  constructor(config: ProxyNcaConfig) {
    if (new.target === ProxyNca) {
      checkLayerOptions('proxyNcaLoss', config, {...marginHeadOptions, temperature: true});
    }
    super(config);
    this.temperature = check.positive(this.where, 'temperature', config.temperature ?? 1 / 9);
  }

  protected override get where(): string {
    return 'proxyNcaLoss';
  }

  override row(): MarginRowOptions {
    return {normalize: 'both', scale: 2 / this.temperature};
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), temperature: this.temperature};
  }
}

/**
 * The ProxyNCA++ loss: a softmax over the distances to one proxy a class, `L = −log(e^{−d_y/T} / Σ_j e^{−d_j/T})`, `d_j = ‖x̂ − ŵ_j‖²`.
 *
 * As `d_j = 2 − 2 cos θ_j`, it is {@link normFace} with s = 2/T: 18 at the authors' T = 1/9. Proxies want a learning rate far above the network's.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, proxies `[classes, D]`.
 *
 * Teh, DeVries, Taylor: ProxyNCA++: Revisiting and Revitalizing Proxy Neighborhood Component Analysis,
 * [arXiv 2004.01113](https://arxiv.org/abs/2004.01113).
 *
 * @throws If `classes` is not a whole number of 1 or more, or `temperature` is not above 0.
 *
 * @example
 * ```js
 * const loss = proxyNcaLoss({classes: 10}).loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function proxyNcaLoss(config: ProxyNcaConfig): ProxyNca {
  return new ProxyNca(config);
}
