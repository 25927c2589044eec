import * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from './replaceKernel';
import {type AddNCall, addN} from './webgpu/addN';
import {batchNormKernels} from './webgpu/batchNormKernels';
import {headKernels} from './webgpu/headKernels';
import {preluGradKernel} from './webgpu/preluGradKernel';
import {rowNormsKernel} from './webgpu/rowNormsKernel';

/**
 * Registers on the `webgpu` backend a correct `AddN`, whose own is wrong for more than about seven tensors, and kernels for heads,
 * batch normalization and PReLU in training. Repeated calls have no effect. {@link useBackend} calls it.
 */
export function registerWebgpuKernels(): void {
  for (const kernel of [...batchNormKernels, ...headKernels, preluGradKernel, rowNormsKernel]) {
    // TensorFlow.js warns when a kernel is registered twice.
    if (tf.getKernel(kernel.kernelName, 'webgpu') === undefined) tf.registerKernel(kernel);
  }
  replaceKernel(
    'AddN',
    'webgpu',
    (call, stock) =>
      stock && addN(call as unknown as AddNCall, stock as unknown as (call: AddNCall) => tf.TensorInfo),
  );
}
