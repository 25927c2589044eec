import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkBatch} from '../../ops/checkBatch';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {oneHotLabels} from '../../ops/oneHotLabels';
import {cosineTerms} from '../../ops/pairwise/cosineTerms';
import {maskedLogSumExp} from '../../ops/pairwise/maskedLogSumExp';
import {checkAgentOptions} from './checkAgentOptions';
import {MarginHead, type MarginHeadConfig} from './marginHead';

/** Options of {@link proxyAnchorLoss}. */
export interface ProxyAnchorConfig
  extends Omit<MarginHeadConfig, 'targetLoss' | 'interClassFilter' | 'subCenters'> {
  /** α: how sharply hard examples count. Default 32, the paper's. */
  alpha?: number;
  /** δ, in units of the cosine. Default 0.1, the paper's. */
  margin?: number;
}

/** The Proxy-Anchor loss, a layer that owns the proxies; made by {@link proxyAnchorLoss}. */
export class ProxyAnchor extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsProxyAnchor';
  private readonly alpha: number;
  private readonly margin: number;

  constructor(config: ProxyAnchorConfig) {
    if (new.target === ProxyAnchor) checkAgentOptions('proxyAnchorLoss', config, {alpha: true, margin: true});
    super(config);
    const {alpha = 32, margin = 0.1} = config;
    this.alpha = check.positive(this.where, 'alpha', alpha);
    this.margin = check.between(this.where, 'margin', margin, -1, 1);
  }

  protected override get where(): string {
    return 'proxyAnchorLoss';
  }

  override get isShardable(): boolean {
    return false;
  }

  override row(): MarginRowOptions {
    return {normalize: 'both'};
  }

  /**
   * The loss of the batch, given for every example alike: its terms are those of proxies.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @returns `[B]`, every value the batch's loss.
   * @throws If shapes do not belong together or a label is out of range.
   */
  override loss(embeddings: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
    if (!this.built) tf.dispose(this.apply(embeddings));
    const [x, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    const {alpha, margin, classes, classWeights} = this;
    checkBatch(this.where, x, classWeights, ids, classes);
    return tf.tidy(() => {
      const loss = cosineTerms(x, classWeights, undefined, cosines => {
        const own = oneHotLabels(ids, classes);
        const near = maskedLogSumExp(tf.mul(tf.sub(margin, cosines), alpha), own, {axis: 0, addOne: true});
        const far = maskedLogSumExp(tf.mul(tf.add(cosines, margin), alpha), tf.sub(1, own), {
          axis: 0,
          addOne: true,
        });
        const present = tf.sum(tf.step(tf.sum(own, 0)));
        const value = tf.add(tf.div(tf.sum(near.value), present), tf.div(tf.sum(far.value), classes));
        const pull = tf.mul(near.shares, tf.div(alpha, present));
        return {
          value: value as tf.Scalar,
          slopes: tf.sub(tf.mul(far.shares, alpha / classes), pull) as tf.Tensor2D,
        };
      });
      return tf.mul(loss, tf.ones([x.shape[0]])) as tf.Tensor1D;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), alpha: this.alpha, margin: this.margin};
  }
}

/**
 * The Proxy-Anchor loss: one proxy a class, which the batch's examples of that class are drawn to and all others pushed from,
 * `L = (1/|P⁺|) Σ_{p∈P⁺} log(1 + Σ_{x∈p} e^{−α (s − δ)}) + (1/C) Σ_p log(1 + Σ_{x∉p} e^{α (s + δ)})`.
 *
 * s are cosines, P⁺ the classes that the batch has. The hardest examples of a class count most, as with pairs, at the cost of classes.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, proxies `[classes, D]`.
 *
 * Kim, Kim, Cho, Kwak: Proxy Anchor Loss for Deep Metric Learning, [arXiv 2003.13911](https://arxiv.org/abs/2003.13911).
 *
 * @throws If `classes` is not a whole number of 1 or more, `alpha` is not above 0, or `margin` is not from −1 to 1.
 *
 * @example
 * ```js
 * const losses = proxyAnchorLoss({classes: 10}).loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));
 * const loss = tf.mean(losses);   // shape []
 * ```
 */
export function proxyAnchorLoss(config: ProxyAnchorConfig): ProxyAnchor {
  return new ProxyAnchor(config);
}
