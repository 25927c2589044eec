import * as tf from '@tensorflow/tfjs-core';
import {checkBatch} from '../checkBatch';
import {sumOverShards} from './classShard';
import {type ComputedRow, type MarginRow, type MarginRowOptions, marginRow} from './marginRow';
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
 * @param parameters Scalars beside the scale that the operation is differentiable in; `compute` gets their values.
 */
export function marginOperation<T extends tf.Tensor>(
  name: string,
  embeddings: tf.Tensor2D,
  weights: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: MarginRowOptions,
  compute: (row: ComputedRow, parameters: tf.Scalar[]) => Outcome<T>,
  parameters: tf.Scalar[] = [],
): T {
  const {scale = 1, subCenters = 1, shard} = options;
  checkBatch(name, embeddings, weights, labels, shard?.classes ?? weights.shape[0] / subCenters);
  const learned = scale instanceof tf.Tensor;
  return tf.tidy(() => {
    const operation = tf.customGrad<T>((...args) => {
      const [x, w, s, ...more] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.Scalar, ...tf.Scalar[]];
      const save = more.pop() as unknown as (tensors: tf.Tensor[]) => void;
      const computed = marginRow(x, w, s, labels, options);
      const {row} = computed;
      const {value, saved, gradient} = compute(computed, more);
      const kept: tf.NamedTensorMap = {...saved, ...row, w, s: computed.scale};
      save(Object.values(kept));
      const gradFunc = (dy: T, tensors: tf.Tensor[]) => {
        const again = Object.fromEntries(Object.keys(kept).map((key, i) => [key, tensors[i]]));
        const byLogits = gradient(dy, again);
        const result = marginRowGradient(
          again as MarginRow,
          again.w as tf.Tensor2D,
          again.s as tf.Scalar,
          byLogits,
          options,
        );
        const byScale = learned ? sumOverShards(result.scale(), shard) : tf.zerosLike(again.s);
        const byParameters = (byLogits.parameters ?? []).map(parameter => sumOverShards(parameter, shard));
        return [result.embeddings, result.weights, byScale, ...byParameters];
      };
      return {value, gradFunc};
    });
    const given = typeof scale === 'function' ? 1 : scale;
    return operation(embeddings, weights, learned ? scale : tf.scalar(given as number), ...parameters);
  });
}
