import type * as tf from '@tensorflow/tfjs-core';
import {BatchError} from '../base/batchError';
import {checkLabels} from './checkLabels';

/** Throws where embeddings, weights and labels do not belong together; see {@link checkLabels}. */
export function checkBatch(op: string, x: tf.Tensor, w: tf.Tensor, labels: tf.Tensor, classes: number): void {
  if (x.rank === 2 && (w.rank !== 2 || w.shape[1] !== x.shape[1])) {
    throw new BatchError(
      `${op}: weights must have shape [classes, ${x.shape[1]}] for embeddings [${x.shape}], but have [${w.shape}].`,
    );
  }
  checkLabels(op, x, labels, classes);
}
