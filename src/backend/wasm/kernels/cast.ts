import * as tf from '@tensorflow/tfjs-core';
import type {TrainingKernel} from '../trainingKernel';

/** A cast to the tensor's own type, which gradients of TensorFlow.js make, shares the values. */
export const cast: TrainingKernel = {
  kernelName: tf.Cast,
  composed: ({x}, attrs) =>
    x.dtype === (attrs as tf.CastAttrs).dtype && x.dtype !== 'string'
      ? tf.reshape(x as tf.Tensor, x.shape)
      : undefined,
};
