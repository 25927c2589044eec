import type * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from './replaceKernel';
import {type AddNCall, addN} from './webgpu/addN';

/**
 * Registers a correct `AddN` on the `webgpu` backend: its own is wrong for more than about seven tensors. Repeated calls have no
 * effect. {@link useBackend} calls it.
 */
export function registerWebgpuKernels(): void {
  replaceKernel(
    'AddN',
    'webgpu',
    (call, stock) =>
      stock && addN(call as unknown as AddNCall, stock as unknown as (call: AddNCall) => tf.TensorInfo),
  );
}
