import type * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from './replaceKernel';
import {type AddNCall, addN} from './webgpu/addN';

/**
 * Gives the `webgpu` backend a sound `AddN`: with its own, sums of more than some seven tensors are wrong. Doing it again does
 * nothing. {@link useBackend} calls it.
 */
export function registerWebgpuKernels(): void {
  replaceKernel(
    'AddN',
    'webgpu',
    (call, stock) =>
      stock && addN(call as unknown as AddNCall, stock as unknown as (call: AddNCall) => tf.TensorInfo),
  );
}
