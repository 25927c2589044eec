import * as tf from '@tensorflow/tfjs-core';
import type {WasmKernel} from '../wasmKernel';

/**
 * A copy of a tensor that shares its values. The backend's own kernel copies them, and every tensor saved for a gradient goes through
 * it: that costs twice the memory, and a pass over each activation.
 */
export const identity: WasmKernel = {
  kernelName: tf.Identity,
  simd: (heap, {x}) => (x.dtype === 'string' ? undefined : heap.shared(x)),
  composed: ({x}) => (x.dtype === 'string' ? undefined : tf.reshape(x as tf.Tensor, x.shape)),
};
