import * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';
import {gatherLabels} from './gatherLabels';
import {gatherRows} from './gatherRows';
import {scatterRows} from './scatterRows';

/** The batches of all ranks as one. */
export interface GatheredBatch {
  /** Of all ranks, in their order. */
  embeddings: tf.Tensor2D;
  labels: tf.Tensor1D;
  /** This rank's part of values that all ranks have computed of the whole batch, one an example. */
  own(values: tf.Tensor1D): tf.Tensor1D;
}

const floats = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array;

/**
 * Makes one batch of those of all ranks, which may differ in size. A gradient to it is summed over ranks and given to those whose
 * embeddings they are.
 *
 * @param embeddings `[b, D]`.
 * @param labels Int32 `[b]`.
 */
export function gatherBatch(
  embeddings: tf.Tensor2D,
  labels: tf.Tensor1D,
  collective: Collective | undefined,
): GatheredBatch {
  if (collective === undefined || collective.size === 1) return {embeddings, labels, own: values => values};
  const {rank, size} = collective;
  const [count, dimension] = embeddings.shape;
  const counts = [...collective.allGather(Int32Array.of(count), new Int32Array(size))];
  const total = counts.reduce((sum, other) => sum + other, 0);
  const start = counts.slice(0, rank).reduce((sum, other) => sum + other, 0);
  const gather = tf.customGrad<tf.Tensor2D>((...args) => {
    const [x] = args as [tf.Tensor2D];
    return {
      value: tf.tensor2d(gatherRows(floats(x), counts, dimension, collective), [total, dimension]),
      gradFunc: dy => tf.tensor2d(scatterRows(floats(dy), counts, dimension, collective), [count, dimension]),
    };
  });
  const own = tf.customGrad<tf.Tensor1D>((...args) => {
    const [values] = args as [tf.Tensor1D];
    return {
      value: tf.slice(values, [start], [count]),
      gradFunc: dy => tf.tensor1d(gatherRows(floats(dy), counts, 1, collective)),
    };
  });
  return {
    embeddings: gather(embeddings),
    labels: tf.tensor1d(gatherLabels(labels, collective), 'int32'),
    own: values => own(values),
  };
}
