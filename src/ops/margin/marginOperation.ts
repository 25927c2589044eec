import * as tf from '@tensorflow/tfjs-core';
import {checkBatch} from '../checkBatch';
import {type MarginRow, type MarginRowOptions, marginRow} from './marginRow';
import {type LogitsGradient, marginRowGradient} from './marginRowGradient';

/** The value of an operation on the logits of a row, and its gradient. */
interface Outcome<T extends tf.Tensor> {
  value: T;
  /** What the gradient needs besides the row. */
  saved: tf.NamedTensorMap;
  gradient(dy: T, saved: tf.NamedTensorMap): LogitsGradient;
}

/**
 * Makes an operation on the logits of one row of the table of heads, differentiable in embeddings, weights and scale.
 *
 * @param name The operation's name, for messages.
 * @param compute The operation itself; runs outside the gradient tape.
 */
export function marginOperation<T extends tf.Tensor>(
  name: string,
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: MarginRowOptions,
  compute: (row: MarginRow) => Outcome<T>,
): T {
  const {scale = 1, subCenters = 1} = options;
  checkBatch(name, embeddings, weights, labels, weights.shape[0] / subCenters);
  const learned = scale instanceof tf.Tensor;
  return tf.tidy(() => {
    const operation = tf.customGrad<T>((...args) => {
      const [x, w, s] = args as [tf.Tensor2D, tf.Tensor2D, tf.Scalar];
      const save = args[args.length - 1] as (tensors: tf.Tensor[]) => void;
      const row = marginRow(x, w, s, labels, options);
      const {value, saved, gradient} = compute(row);
      const kept: tf.NamedTensorMap = {...saved, ...row, w, s};
      save(Object.values(kept));
      const gradFunc = (dy: T, tensors: tf.Tensor[]) => {
        const again = Object.fromEntries(Object.keys(kept).map((key, i) => [key, tensors[i]]));
        const result = marginRowGradient(
          again as MarginRow,
          again.w as tf.Tensor2D,
          again.s as tf.Scalar,
          gradient(dy, again),
          options,
        );
        return learned
          ? [result.embeddings, result.weights, result.scale()]
          : [result.embeddings, result.weights, tf.zerosLike(again.s)];
      };
      return {value, gradFunc};
    });
    return operation(embeddings, weights, learned ? scale : tf.scalar(scale));
  });
}
