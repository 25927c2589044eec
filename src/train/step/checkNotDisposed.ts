import type * as tf from '@tensorflow/tfjs-core';
import {BatchError} from '../../base/batchError';

/** Checks that the tensors of a batch are still there. */
export function checkNotDisposed({images, labels}: {images: tf.Tensor; labels: tf.Tensor}): void {
  for (const [name, {isDisposed}] of Object.entries({images, labels})) {
    if (isDisposed) throw new BatchError(`Trainer: ${name} of a batch must not be disposed of yet, but are.`);
  }
}
