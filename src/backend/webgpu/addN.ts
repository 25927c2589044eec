import type * as tf from '@tensorflow/tfjs-core';
import type {WebgpuBackend} from './webgpuBackend';

/** A call of AddN; its inputs are a list. */
export interface AddNCall {
  inputs: tf.TensorInfo[];
  attrs: tf.NamedAttrMap | undefined;
  backend: WebgpuBackend;
}

/**
 * The sum of any number of tensors. TensorFlow.js binds all of them to one shader, but WebGPU guarantees only eight buffers: beyond that
 * the sum is arbitrary memory, and only the console reports it.
 */
export function addN(
  {inputs, attrs, backend}: AddNCall,
  stock: (call: AddNCall) => tf.TensorInfo,
): tf.TensorInfo {
  // One buffer is for the sum.
  const most = backend.device.limits.maxStorageBuffersPerShaderStage - 1;
  let sum = stock({inputs: inputs.slice(0, most), attrs, backend});
  for (let done = most; done < inputs.length; done += most - 1) {
    const before = sum;
    sum = stock({inputs: [before, ...inputs.slice(done, done + most - 1)], attrs, backend});
    backend.disposeData(before.dataId);
  }
  return sum;
}
