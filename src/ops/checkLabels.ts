import type * as tf from '@tensorflow/tfjs-core';
import {BatchError} from '../base/batchError';
import {inHostMemory} from './inHostMemory';

/**
 * Throws where embeddings and labels do not belong together.
 *
 * Values of labels are checked on backends that keep them in the host's memory. A GPU backend would have to stop and
 * read them back; there a label out of range is a class that no weight belongs to. A batch without an example is an error: its
 * mean would be NaN.
 *
 * @param op What is named as the place of the error.
 * @param x Embeddings, to be `[B, D]`.
 * @param labels To be class ids, int32 `[B]`.
 * @param classes How many classes there are. Left out, any id will do: pairs and triplets only compare them.
 */
export function checkLabels(op: string, x: tf.Tensor, labels: tf.Tensor, classes?: number): void {
  if (x.rank !== 2) {
    throw new BatchError(`${op}: embeddings must have shape [batch, dimension], but have [${x.shape}].`);
  }
  if (x.size === 0) {
    throw new BatchError(
      `${op}: embeddings must have at least one row and one column, but have shape [${x.shape}]; skip an empty batch.`,
    );
  }
  if (labels.rank !== 1 || labels.shape[0] !== x.shape[0]) {
    throw new BatchError(
      `${op}: labels must be class ids of shape [${x.shape[0]}], one for each embedding, but have [${labels.shape}]. One-hot labels become ids by labels.argMax(1).`,
    );
  }
  if (labels.dtype !== 'int32') {
    throw new BatchError(
      `${op}: labels must be int32, but are ${labels.dtype}; use tf.tensor1d(ids, 'int32').`,
    );
  }
  if (classes === undefined || !inHostMemory()) return;
  const wrong = labels.dataSync().findIndex(label => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new BatchError(
      `${op}: labels[${wrong}] must be a class id from 0 to ${classes - 1}, but is ${labels.dataSync()[wrong]}.`,
    );
  }
}
