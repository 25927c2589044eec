import * as tf from '@tensorflow/tfjs-core';
import type {layers} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkLabels} from '../ops/checkLabels';
import type {EmbeddingLoss} from './embeddingLoss';

/** Options of {@link featureIncay}. */
export interface FeatureIncayConfig {
  /** The classifier that decides which examples are correct: a head, or any layer from embeddings to logits. */
  head: layers.Layer;
  /**
   * Added to ‖x‖², so that an embedding near zero has a finite loss and gradient; from 1e-12 to 1. Default 1e-4: it has no
   * effect at lengths of 1 and more, and keeps the gradient below 10⁶. insightface's code had 1e-10.
   */
  epsilon?: number;
}

/** Feature incay; made by {@link featureIncay}. */
export class FeatureIncay implements EmbeddingLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsFeatureIncay';
  private readonly head: layers.Layer;
  private readonly epsilon: number;

  constructor(config: FeatureIncayConfig) {
    if (new.target === FeatureIncay) checkOptions('featureIncay', config, {head: true, epsilon: true});
    const {head, epsilon = 1e-4} = config;
    this.head = head;
    this.epsilon = check.between('featureIncay', 'epsilon', epsilon, 1e-12, 1);
  }

  /** What the loss is set to; its head tells of itself. */
  getConfig(): Pick<FeatureIncayConfig, 'epsilon'> {
    return {epsilon: this.epsilon};
  }

  /**
   * The loss of each example; 0 where its class does not have the highest logit.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @returns `[B]`; add its mean to the head's, weighted. Differentiable in the embeddings only.
   * @throws If shapes do not belong together, or (on backends in host memory) a label is out of range.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
    const {epsilon, head} = this;
    const ids = labels as tf.Tensor1D;
    checkLabels('featureIncay', embeddings as tf.Tensor2D, ids);
    if (!head.built) tf.dispose(head.apply(embeddings) as tf.Tensor);
    return tf.tidy(() => {
      const operation = tf.customGrad<tf.Tensor1D>((...args) => {
        const [x, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
        const logits = head.apply(x) as tf.Tensor2D;
        if (logits.rank !== 2 || logits.shape[0] !== x.shape[0]) {
          throw new Error(
            `featureIncay: head must give logits [${x.shape[0]}, classes] for embeddings [${x.shape}], but gives [${logits.shape}].`,
          );
        }
        checkLabels('featureIncay', x, ids, logits.shape[1]);
        const correct = tf.cast(tf.equal(tf.argMax(logits, 1), ids), 'float32');
        const value = tf.div(correct, tf.add(tf.sum(tf.square(x), 1), epsilon)) as tf.Tensor1D;
        save([x, value]);
        return {
          value,
          gradFunc: (dy, saved) => {
            const [x, value] = saved;
            return tf.mul(x, tf.expandDims(tf.mul(tf.mul(dy, -2), tf.square(value)), 1)) as tf.Tensor2D;
          },
        };
      });
      return operation(embeddings);
    });
  }
}

/**
 * Feature incay, the reciprocal norm loss: `L = 1/(‖x‖² + ε)` for examples that are classified correctly, else 0.
 *
 * It makes correctly classified embeddings longer, without bound but ever more slowly, which under softmax separates classes further.
 * Wrongly classified ones are left to the head. An example is correct if its class has the head's highest logit without margin; that
 * choice has no gradient. Use it with heads that do not normalize embeddings. insightface's code of 2017 weighted it with 0.01.
 *
 * Embeddings `[B, D]`, labels int32 `[B]`.
 *
 * Yuan, Yang, Zhang: Feature Incay for Representation Regularization, [arXiv 1705.10284](https://arxiv.org/abs/1705.10284).
 *
 * @throws If `epsilon` is not from 1e-12 to 1.
 *
 * @example
 * ```js
 * const head = softmax({classes: 10});
 * const incay = featureIncay({head});
 * const x = tf.randomNormal([4, 2]);
 * const labels = tf.tensor1d([0, 1, 2, 3], 'int32');
 * const loss = tf.mean(tf.add(head.loss(x, labels), tf.mul(incay.loss(x, labels), 0.01)));
 * ```
 */
export function featureIncay(config: FeatureIncayConfig): FeatureIncay {
  return new FeatureIncay(config);
}
