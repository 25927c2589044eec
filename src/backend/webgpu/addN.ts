import type * as tf from '@tensorflow/tfjs-core';

/** As much of the backend as is asked here. */
export interface WebgpuBackend {
  device: {limits: {maxStorageBuffersPerShaderStage: number}};
  disposeData(dataId: object): boolean;
}

/** A call of AddN, whose inputs are a list. */
export interface AddNCall {
  inputs: tf.TensorInfo[];
  attrs: tf.NamedAttrMap | undefined;
  backend: WebgpuBackend;
}

/**
 * The sum of any number of tensors. TensorFlow.js binds all of them to one shader, and WebGPU promises no more than eight buffers: beyond
 * that its sum is whatever lay in memory, and only the console says so.
 */
export function addN(
  {inputs, attrs, backend}: AddNCall,
  stock: (call: AddNCall) => tf.TensorInfo,
): tf.TensorInfo {
  // One is for the sum.
  const most = backend.device.limits.maxStorageBuffersPerShaderStage - 1;
  let sum = stock({inputs: inputs.slice(0, most), attrs, backend});
  for (let done = most; done < inputs.length; done += most - 1) {
    const before = sum;
    sum = stock({inputs: [before, ...inputs.slice(done, done + most - 1)], attrs, backend});
    backend.disposeData(before.dataId);
  }
  return sum;
}
