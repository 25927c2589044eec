import * as tf from '@tensorflow/tfjs-core';
import type {WasmKernel} from '../wasmKernel';

/** A cast to the tensor's own type, which gradients of TensorFlow.js make, shares the values. */
export const cast: WasmKernel = {
  kernelName: tf.Cast,
  composed: ({x}, attrs) =>
    x.dtype === (attrs as tf.CastAttrs).dtype && x.dtype !== 'string'
      ? tf.reshape(x as tf.Tensor, x.shape)
      : undefined,
};
