import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {marginOperation} from '../../ops/margin/marginOperation';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {oneHotLabels} from '../../ops/oneHotLabels';
import {agentDistance} from './agentDistance';
import {checkAgentOptions} from './checkAgentOptions';
import {MarginHead, type MarginHeadConfig} from './marginHead';

/** Options of {@link classContrastive}; margins in units of the squared distance of unit vectors, from 0 to 4. */
export interface ClassContrastiveConfig
  extends Omit<MarginHeadConfig, 'targetLoss' | 'interClassFilter' | 'subCenters'> {
  /** The distance to its own agent up to which an embedding has no loss. Default 0, as in the authors' layer. */
  positiveMargin?: number;
  /** The distance to every other agent from which it has no loss. Default 1, as in the authors' layer: 60 degrees. */
  negativeMargin?: number;
  /** The weight of the other classes' part. Default 1. */
  negativeWeight?: number;
}

/** NormFace's C-contrastive loss, a layer that owns the agents; made by {@link classContrastive}. */
export class ClassContrastive extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsClassContrastive';
  private readonly positiveMargin: number;
  private readonly negativeMargin: number;
  private readonly negativeWeight: number;

  constructor(config: ClassContrastiveConfig) {
    if (new.target === ClassContrastive)
      checkAgentOptions('classContrastive', config, {
        positiveMargin: true,
        negativeMargin: true,
        negativeWeight: true,
      });
    super(config);
    const {positiveMargin = 0, negativeMargin = 1, negativeWeight = 1} = config;
    this.positiveMargin = check.between(this.where, 'positiveMargin', positiveMargin, 0, 4);
    this.negativeMargin = check.between(this.where, 'negativeMargin', negativeMargin, 0, 4);
    this.negativeWeight = check.notNegative(this.where, 'negativeWeight', negativeWeight);
  }

  override get isShardable(): boolean {
    return false;
  }

  override row(): MarginRowOptions {
    return {normalize: 'both'};
  }

  override loss(embeddings: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
    if (!this.built) tf.dispose(this.apply(embeddings));
    const [x, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    const {classWeights, negativeWeight} = this;
    const row = {...this.row(), margin: agentDistance};
    return marginOperation(this.where, x, classWeights, ids, row, ({row}) => {
      const other = tf.sub(1, oneHotLabels(ids, this.classes));
      const toOwn = tf.relu(tf.sub(row.targetLogit, this.positiveMargin));
      const toOthers = tf.sub(2, tf.mul(row.logits, 2));
      const tooNear = tf.mul(tf.relu(tf.sub(this.negativeMargin, toOthers)), other) as tf.Tensor2D;
      const value = tf.add(toOwn, tf.mul(tf.sum(tooNear, 1, true), negativeWeight));
      return {
        value: tf.reshape(value, [-1]) as tf.Tensor1D,
        saved: {pulled: tf.step(toOwn), pushed: tf.step(tooNear)},
        gradient: (dy, {pulled, pushed}) => {
          const upstream = tf.expandDims(dy, 1);
          return {
            others: pushed as tf.Tensor2D,
            factor: tf.mul(upstream, 2 * negativeWeight),
            target: tf.mul(upstream, pulled),
          };
        },
      };
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {positiveMargin, negativeMargin, negativeWeight} = this;
    return {...super.getConfig(), positiveMargin, negativeMargin, negativeWeight};
  }
}

/**
 * NormFace's contrastive loss between embeddings and class agents,
 * `L = max(0, d_y − m₊) + β Σ_{j≠y} max(0, m₋ − d_j)` with `d_j = ‖x̂ − ŵ_j‖² = 2 − 2 cos θ_j`.
 *
 * An agent is a learned vector of its class, so no pairs have to be picked. Defaults are the authors': m₊ = 0, m₋ = 1, β = 1. They
 * weight it with 0.01 beside softmax.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, agents `[classes, D]`. {@link MarginHead.loss} gives one value an example, `[B]`.
 * Applied to embeddings it gives the cosines to all agents, `[B, classes]`.
 *
 * Wang, Xiang, Cheng, Yuille: NormFace: L2 Hypersphere Embedding for Face Verification,
 * [arXiv 1704.06369](https://arxiv.org/abs/1704.06369).
 *
 * @throws If `classes` is not a whole number of 1 or more, a margin is not from 0 to 4, or the weight is negative.
 *
 * @example
 * ```js
 * const agents = classContrastive({classes: 10});
 * const loss = agents.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function classContrastive(config: ClassContrastiveConfig): ClassContrastive {
  return new ClassContrastive(config);
}
