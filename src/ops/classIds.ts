import * as tf from '@tensorflow/tfjs-core';
import {inHostMemory} from './inHostMemory';

/**
 * Labels as `model.fit` feeds them, `[B, 1]` and perhaps float32, as class ids.
 *
 * @param op The place of the error.
 * @returns int32 `[B]`.
 * @throws If (on backends in host memory) a label is not a whole number: the cast would turn it into another class.
 */
export function classIds(op: string, labels: tf.Tensor): tf.Tensor1D {
  if (labels.dtype === 'float32' && inHostMemory()) {
    const values = labels.dataSync();
    const wrong = values.findIndex(label => !Number.isInteger(label));
    if (wrong >= 0) {
      throw new Error(`${op}: labels[${wrong}] must be a whole number, but is ${values[wrong]}.`);
    }
  }
  return tf.tidy(() => tf.cast(tf.reshape(labels, [-1]), 'int32') as tf.Tensor1D);
}
