import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, layers, type Shape} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import {checkOptions} from '../../base/checkOptions';
import type {LayerConfig} from '../../base/layer';
import {checkLabels} from '../../ops/checkLabels';
import {type EmbeddingLoss, type LossOptions, lossOptions} from '../embeddingLoss';
import type {PastEmbeddings} from './cosinePairLoss';

/** A loss that can look at embeddings of past batches beside those of the batch. */
export interface LossWithPast {
  /** The loss of a batch and of its embeddings with past ones, through which no gradient goes. */
  lossWith(embeddings: tf.Tensor2D, labels: tf.Tensor1D, past?: PastEmbeddings): tf.Scalar;
  /** What the loss is set to. */
  getConfig?(): object;
}

/** Options of {@link crossBatchMemory}. */
export interface CrossBatchMemoryConfig extends LayerConfig {
  /** The loss that looks into the memory: any of the pair losses by cosines, or the triplet loss. */
  loss: LossWithPast;
  /** How many embeddings are kept; 0 for none. */
  size: number;
}

/** A memory of past embeddings for a pair loss; made by {@link crossBatchMemory}. */
export class CrossBatchMemory extends layers.Layer implements EmbeddingLoss {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCrossBatchMemory';
  private readonly pairLoss: LossWithPast;
  private readonly size: number;
  private embeddings: LayerVariable | undefined;
  private ids!: LayerVariable;

  constructor(config: CrossBatchMemoryConfig) {
    if (new.target === CrossBatchMemory) {
      checkLayerOptions('crossBatchMemory', config, {loss: true, size: true});
    }
    super(config);
    const {loss, size} = config;
    if (typeof loss?.lossWith !== 'function') {
      throw new Error(
        `crossBatchMemory: loss must be a pair loss by cosines, such as multiSimilarityLoss(), or a tripletLoss(), but is ${String(loss)}.`,
      );
    }
    this.pairLoss = loss;
    this.size = size === 0 ? 0 : check.count('crossBatchMemory', 'size', size);
  }

  override build(inputShape: Shape | Shape[]): void {
    const dimension = (inputShape as Shape)[1] as number;
    const zeros = initializers.zeros();
    this.embeddings = this.addWeight(
      'embeddings',
      [this.size, dimension],
      'float32',
      zeros,
      undefined,
      false,
    );
    // One more than the class id: 0 is a place where nothing is kept yet.
    this.ids = this.addWeight('ids', [this.size], 'float32', initializers.zeros(), undefined, false);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return Array.isArray(inputs) ? inputs[0] : inputs;
  }

  /**
   * The loss of a batch, its pairs with past embeddings among them. Nothing changes: {@link afterStep} remembers the batch.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`, from 0 to 2²⁴ − 2.
   * @param options Of this call.
   * @returns A scalar.
   * @throws If shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Scalar {
    const {training = true} = checkOptions<LossOptions>('crossBatchMemory.loss', options, lossOptions);
    const [x, y] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    checkLabels('crossBatchMemory', x, y, LARGEST_ID);
    if (this.size === 0 || !training) return this.pairLoss.lossWith(x, y);
    const memory = this.memoryFor(x);
    return tf.tidy(() =>
      this.pairLoss.lossWith(x, y, {
        embeddings: memory.read() as tf.Tensor2D,
        labels: tf.cast(tf.sub(this.ids.read(), 1), 'int32') as tf.Tensor1D,
      }),
    );
  }

  private memoryFor(x: tf.Tensor2D): LayerVariable {
    if (!this.built) tf.dispose(this.apply(x) as tf.Tensor);
    return this.embeddings as LayerVariable;
  }

  /**
   * Remembers a step's embeddings in place of the oldest. A `Trainer` calls it; a loop of your own does.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   */
  afterStep(embeddings: tf.Tensor, labels: tf.Tensor): void {
    if (this.size === 0) return;
    const memory = this.memoryFor(embeddings as tf.Tensor2D);
    const count = Math.min(embeddings.shape[0], this.size);
    tf.tidy(() => {
      const latest = tf.slice(embeddings, [embeddings.shape[0] - count, 0], [count, -1]);
      const ids = tf.add(tf.cast(tf.slice(labels, [labels.shape[0] - count], [count]), 'float32'), 1);
      const kept = this.size - count;
      memory.write(tf.concat([latest, tf.slice(memory.read() as tf.Tensor2D, [0, 0], [kept, -1])]));
      this.ids.write(tf.concat([ids, tf.slice(this.ids.read() as tf.Tensor1D, [0], [kept])]));
    });
  }

  /** What the memory and its loss are set to. */
  override getConfig(): tf.serialization.ConfigDict {
    const loss = {...this.pairLoss.getConfig?.()} as tf.serialization.ConfigDict;
    return {...super.getConfig(), size: this.size, loss};
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }
}

/** Class ids are kept as float32, which tells whole numbers apart up to here. */
const LARGEST_ID = 2 ** 24 - 1;

/**
 * A memory of the embeddings of past batches, with which a loss over pairs finds many more of them than in one batch.
 *
 * Embeddings drift slowly once training is under way, so that those of the last few thousand examples still serve as positives and negatives. No
 * gradient goes through them. The paper fills the memory after some thousand steps of training without: begin with the loss alone, or with
 * a network that is trained already. Memory and class ids are weights of the layer that are saved but not trained; validation does without them.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, memory `[size, D]`. Each loss takes a product of `[B, D]` and `[B + size, D]`.
 *
 * Wang, Zhang, Huang, Scott: Cross-Batch Memory for Embedding Learning, [arXiv 1912.06798](https://arxiv.org/abs/1912.06798).
 *
 * @throws If `loss` cannot look into a memory, or `size` is not a whole number of 0 or more.
 *
 * @example
 * ```js
 * const memory = crossBatchMemory({loss: multiSimilarityLoss(), size: 64});
 * const x = tf.randomNormal([4, 2]);
 * const labels = tf.tensor1d([0, 0, 1, 1], 'int32');
 * const loss = memory.loss(x, labels);   // shape []
 * memory.afterStep(x, labels);
 * ```
 */
export function crossBatchMemory(config: CrossBatchMemoryConfig): CrossBatchMemory {
  return new CrossBatchMemory(config);
}
