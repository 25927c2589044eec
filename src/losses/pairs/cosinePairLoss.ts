import * as tf from '@tensorflow/tfjs-core';
import {checkOptions} from '../../base/checkOptions';
import {checkLabels} from '../../ops/checkLabels';
import {type CosineTerms, cosineTerms} from '../../ops/pairwise/cosineTerms';
import {type EmbeddingLoss, type LossOptions, lossOptions} from '../embeddingLoss';

/** Embeddings of past batches to compare with. */
export interface PastEmbeddings {
  /** `[M, D]`. */
  embeddings: tf.Tensor2D;
  /** Class ids, int32 `[M]`; a negative one is no example. */
  labels: tf.Tensor1D;
}

/** The cosines of a batch, and which of them are pairs; each float32 `[B, B + M]`. */
export interface ComparedCosines {
  /** cos(x_i, x_j); columns of past embeddings come last. */
  cosines: tf.Tensor2D;
  /** 1 where row and column are two examples of one class, else 0. */
  positive: tf.Tensor2D;
  /** 1 where they are of different classes, else 0. */
  negative: tf.Tensor2D;
}

/** Which columns are positives and which negatives of each row. */
function masks(labels: tf.Tensor1D, past: tf.Tensor1D | undefined): Omit<ComparedCosines, 'cosines'> {
  const count = labels.shape[0];
  const columns = past === undefined ? labels : tf.concat([labels, past]);
  const there = tf.cast(tf.greaterEqual(columns, 0), 'float32');
  const exists = past === undefined ? 1 : tf.concat([tf.ones([count]), tf.slice(there, [count], [-1])]);
  const same = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(columns, 0)), 'float32');
  const itself = tf.pad(tf.eye(count), [
    [0, 0],
    [0, columns.shape[0] - count],
  ]);
  return {
    positive: tf.mul(tf.sub(same, itself), exists) as tf.Tensor2D,
    negative: tf.mul(tf.sub(1, same), exists) as tf.Tensor2D,
  };
}

/**
 * A loss over the pairs of a batch by their cosines, as one operation with a hand-written gradient. A batch without pairs has a loss
 * of 0.
 */
export abstract class CosinePairLoss implements EmbeddingLoss {
  constructor(private readonly where: string) {}

  /** What the loss is set to. */
  abstract getConfig(): object;

  /** The loss and its derivative by each cosine; runs outside the gradient tape. */
  protected abstract terms(pairs: ComparedCosines): CosineTerms<tf.Scalar>;

  /**
   * The loss over the pairs of a batch.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`; any integers.
   * @param options Of this call.
   * @returns A scalar; 0 where the batch has no pair that counts.
   * @throws If shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Scalar {
    checkOptions<LossOptions>(`${this.where}.loss`, options, lossOptions);
    return this.lossWith(embeddings as tf.Tensor2D, labels as tf.Tensor1D);
  }

  /**
   * The loss over the pairs of a batch and of its embeddings with past ones, through which no gradient goes.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`, 0 or more where there are past embeddings.
   * @param past Embeddings of past batches.
   * @returns A scalar.
   * @throws If shapes do not belong together.
   */
  lossWith(embeddings: tf.Tensor2D, labels: tf.Tensor1D, past?: PastEmbeddings): tf.Scalar {
    checkLabels(this.where, embeddings, labels);
    if (past !== undefined) checkLabels(this.where, past.embeddings, past.labels);
    return tf.tidy(() =>
      cosineTerms(embeddings, undefined, past?.embeddings, cosines =>
        this.terms({cosines, ...masks(labels, past?.labels)}),
      ),
    );
  }
}
