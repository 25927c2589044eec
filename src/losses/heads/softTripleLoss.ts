import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkBatch} from '../../ops/checkBatch';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {oneHotLabels} from '../../ops/oneHotLabels';
import {cosineTerms} from '../../ops/pairwise/cosineTerms';
import {pairwiseRows, pairwiseRowsGradient} from '../../ops/pairwise/pairwiseRows';
import {checkAgentOptions} from './checkAgentOptions';
import {MarginHead, type MarginHeadConfig} from './marginHead';

/** Options of {@link softTripleLoss}. */
export interface SoftTripleConfig
  extends Omit<MarginHeadConfig, 'targetLoss' | 'interClassFilter' | 'subCenters'> {
  /** K: how many centers a class has. Default 10, the paper's. */
  subCenters?: number;
  /** λ: what class similarities are multiplied with. Default 20, the paper's. */
  scale?: number;
  /** γ: how soft the maximum over a class' centers is. Default 0.1, the paper's. */
  gamma?: number;
  /** δ, taken off the target's similarity. Default 0.01, the paper's. */
  margin?: number;
  /** τ: how strongly centers of one class are drawn together, so that a class uses no more than it needs. Default 0.2, the paper's. */
  regularization?: number;
}

/** Added under the square root, as published, so that equal centers have a finite gradient. */
const EPSILON = 1e-5;

/** Half the mean of `√(2 + ε − 2 cos)` over the pairs of centers of a class, of all classes, as published. */
function centerSpread(weights: tf.Tensor2D, subCenters: number): tf.Scalar {
  const classes = weights.shape[0] / subCenters;
  const pairs = classes * subCenters * (subCenters - 1);
  const operation = tf.customGrad<tf.Scalar>((...args) => {
    const [w, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    const {rows, factor} = pairwiseRows(w, true);
    const centers = tf.reshape(rows, [classes, subCenters, -1]) as tf.Tensor3D;
    const cosines = tf.matMul(centers, centers, false, true);
    const apart = tf.sub(1, tf.eye(subCenters));
    const distances = tf.mul(tf.sqrt(tf.maximum(tf.sub(2 + EPSILON, tf.mul(cosines, 2)), EPSILON)), apart);
    // Every pair is there twice, and counts once.
    const slopes = tf.mul(tf.divNoNan(-1, distances), 1 / pairs);
    save([slopes, rows, factor]);
    return {
      value: tf.div(tf.sum(distances), 2 * pairs) as tf.Scalar,
      gradFunc: (dy, saved) => {
        const [slopes, rows, factor] = saved as [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D];
        const centers = tf.reshape(rows, [classes, subCenters, -1]);
        const toRows = tf.reshape(tf.matMul(slopes, centers as tf.Tensor3D), rows.shape);
        return pairwiseRowsGradient({rows, factor}, tf.mul(toRows, dy), true);
      },
    };
  });
  return operation(weights);
}

/** The SoftTriple loss, a layer that owns the centers; made by {@link softTripleLoss}. */
export class SoftTriple extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsSoftTriple';
  private readonly options: Required<
    Pick<SoftTripleConfig, 'subCenters' | 'scale' | 'gamma' | 'margin' | 'regularization'>
  >;

  constructor(config: SoftTripleConfig) {
    if (new.target === SoftTriple) {
      checkAgentOptions('softTripleLoss', config, {
        ...{subCenters: true, scale: true, gamma: true, margin: true, regularization: true},
      });
    }
    super(config);
    const {subCenters = 10, scale = 20, gamma = 0.1, margin = 0.01, regularization = 0.2} = config;
    const {where} = this;
    this.options = {
      subCenters: check.count(where, 'subCenters', subCenters),
      scale: check.positive(where, 'scale', scale),
      gamma: check.positive(where, 'gamma', gamma),
      margin: check.between(where, 'margin', margin, 0, 2),
      regularization: check.notNegative(where, 'regularization', regularization),
    };
  }

  protected override get where(): string {
    return 'softTripleLoss';
  }

  protected override get subCenters(): number {
    return this.options.subCenters;
  }

  override get isShardable(): boolean {
    return false;
  }

  override row(): MarginRowOptions {
    const {scale, subCenters} = this.options;
    return {normalize: 'both', scale, subCenters};
  }

  override loss(embeddings: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
    if (!this.built) tf.dispose(this.apply(embeddings));
    const [x, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    const {classes, classWeights} = this;
    const {subCenters, scale, gamma, margin, regularization} = this.options;
    checkBatch(this.where, x, classWeights, ids, classes);
    return tf.tidy(() => {
      const losses = cosineTerms(x, classWeights, undefined, cosines => {
        const grouped = tf.reshape(cosines, [-1, classes, subCenters]);
        const shares = tf.softmax(tf.div(grouped, gamma));
        const similarity = tf.sum(tf.mul(shares, grouped), 2, true);
        const own = oneHotLabels(ids, classes);
        const logits = tf.mul(tf.sub(tf.squeeze(similarity, [2]), tf.mul(own, margin)), scale);
        const logProbabilities = tf.logSoftmax(logits);
        const byClass = tf.mul(tf.sub(tf.exp(logProbabilities), own), scale);
        const bend = tf.add(1, tf.div(tf.sub(grouped, similarity), gamma));
        const slopes = tf.mul(tf.expandDims(byClass, 2), tf.mul(shares, bend));
        return {
          value: tf.neg(tf.sum(tf.mul(logProbabilities, own), 1)) as tf.Tensor1D,
          slopes: tf.reshape(slopes, cosines.shape),
        };
      });
      if (subCenters === 1 || regularization === 0) return losses;
      return tf.add(losses, tf.mul(centerSpread(classWeights, subCenters), regularization));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), ...this.options};
  }
}

/**
 * The SoftTriple loss: K centers a class, by whose soft maximum an example is like the class, under a softmax.
 *
 * `L = −log(e^{λ (S_y − δ)} / (e^{λ (S_y − δ)} + Σ_{j≠y} e^{λ S_j})) + τ R` with `S_j = Σ_k softmax_k(cos θ_jk/γ) cos θ_jk`; R is half the mean of
 * `√(2 − 2 cos)` over the pairs of one class' centers, which draws those together that are not needed. It acts as a triplet loss without triplets.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, centers `[classes · K, D]`, the K rows of a class beside each other.
 *
 * Qian, Shang, Sun, Hu, Li, Jin: SoftTriple Loss: Deep Metric Learning Without Triplet Sampling,
 * [arXiv 1909.05235](https://arxiv.org/abs/1909.05235).
 *
 * @throws If `classes` or `subCenters` is not a whole number of 1 or more, `scale` or `gamma` is not above 0, `margin` is not from 0 to 2, or
 * `regularization` is below 0.
 *
 * @example
 * ```js
 * const loss = softTripleLoss({classes: 10}).loss(tf.randomNormal([4, 8]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function softTripleLoss(config: SoftTripleConfig): SoftTriple {
  return new SoftTriple(config);
}
