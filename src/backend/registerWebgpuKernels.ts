import * as tf from '@tensorflow/tfjs-core';
import {type AddNCall, addN} from './webgpu/addN';

const replaced = new WeakSet<tf.KernelConfig>();

/**
 * Puts a sound `AddN` in the place of that of the `webgpu` backend, with which sums of more than some seven tensors are wrong. Doing it
 * again does nothing. {@link useBackend} calls it.
 */
export function registerWebgpuKernels(): void {
  const stock = tf.getKernel('AddN', 'webgpu');
  if (stock === undefined || replaced.has(stock)) return;
  const stockSum = stock.kernelFunc as unknown as (call: AddNCall) => tf.TensorInfo;
  const config: tf.KernelConfig = {
    ...stock,
    kernelFunc: call => addN(call as unknown as AddNCall, stockSum),
  };
  tf.unregisterKernel('AddN', 'webgpu');
  tf.registerKernel(config);
  replaced.add(config);
}
