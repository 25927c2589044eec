import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {marginOperation} from '../../ops/margin/marginOperation';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {oneHotLabels} from '../../ops/oneHotLabels';
import {agentDistance} from './agentDistance';
import {checkAgentOptions} from './checkAgentOptions';
import {MarginHead, type MarginHeadConfig} from './marginHead';

/** Options of {@link classTriplet}. */
export interface ClassTripletConfig
  extends Omit<MarginHeadConfig, 'targetLoss' | 'interClassFilter' | 'subCenters'> {
  /** The margin by which other agents must be farther than the own one, in squared distance, from 0 to 4. Default 0.8, the authors'. */
  margin?: number;
  /** Whether only the nearest other agent counts, rather than all. Default true, as in the authors' layer. */
  hardestOnly?: boolean;
}

/** Subtracted from the target's cosine to leave it out; more than any two cosines differ. */
const MASK_OFFSET = 16;

/** NormFace's C-triplet loss, a layer that owns the agents; made by {@link classTriplet}. */
export class ClassTriplet extends MarginHead {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsClassTriplet';
  private readonly margin: number;
  private readonly hardestOnly: boolean;

  constructor(config: ClassTripletConfig) {
    if (new.target === ClassTriplet)
      checkAgentOptions('classTriplet', config, {margin: true, hardestOnly: true});
    super(config);
    this.margin = check.between(this.where, 'margin', config.margin ?? 0.8, 0, 4);
    this.hardestOnly = config.hardestOnly ?? true;
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
    const {classes, classWeights} = this;
    const row = {...this.row(), margin: agentDistance};
    return marginOperation(this.where, x, classWeights, ids, row, ({row}) => {
      const cosines = tf.sub(row.logits, tf.mul(oneHotLabels(ids, classes), MASK_OFFSET));
      const ownDistance = tf.add(row.targetLogit, this.margin - 2);
      const hinges = tf.relu(tf.add(tf.mul(cosines, 2), ownDistance));
      const counted = this.hardestOnly
        ? tf.mul(hinges, oneHotLabels(tf.argMax(cosines, 1) as tf.Tensor1D, classes))
        : hinges;
      return {
        value: tf.sum(counted, 1) as tf.Tensor1D,
        saved: {active: tf.step(counted)},
        gradient: (dy, {active}) => {
          const upstream = tf.expandDims(dy, 1);
          return {
            others: active as tf.Tensor2D,
            factor: tf.mul(upstream, 2),
            target: tf.mul(upstream, tf.sum(active, 1, true)),
          };
        },
      };
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {margin, hardestOnly} = this;
    return {...super.getConfig(), margin, hardestOnly};
  }
}

/**
 * NormFace's triplet loss between embeddings and class agents, `L = max_{j≠y} max(0, m + d_y − d_j)` with
 * `d_j = ‖x̂ − ŵ_j‖² = 2 − 2 cos θ_j`.
 *
 * An agent is a learned vector of its class, so no triplets have to be mined. With `hardestOnly: false` the sum over all j replaces
 * the maximum. The margin is 0.8 by default, the authors'; they weight the loss with 0.01 beside softmax. A single class has no
 * other agent and gives 0.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, agents `[classes, D]`. {@link MarginHead.loss} gives one value an example, `[B]`.
 * Applied to embeddings it gives the cosines to all agents, `[B, classes]`.
 *
 * Wang, Xiang, Cheng, Yuille: NormFace: L2 Hypersphere Embedding for Face Verification,
 * [arXiv 1704.06369](https://arxiv.org/abs/1704.06369).
 *
 * @throws If `classes` is not a whole number of 1 or more, or the margin is not from 0 to 4.
 *
 * @example
 * ```js
 * const agents = classTriplet({classes: 10});
 * const loss = agents.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function classTriplet(config: ClassTripletConfig): ClassTriplet {
  return new ClassTriplet(config);
}
