import * as tf from '@tensorflow/tfjs-core';
import {heapOf} from './wasm/heap';
import {avgPoolGrad} from './wasm/kernels/avgPoolGrad';
import {batchMatMul} from './wasm/kernels/batchMatMul';
import {batchNormTraining} from './wasm/kernels/batchNormTraining';
import {batchNormTrainingGrad} from './wasm/kernels/batchNormTrainingGrad';
import {cast} from './wasm/kernels/cast';
import {conv2DBackpropFilter} from './wasm/kernels/conv2DBackpropFilter';
import {conv2DBackpropInput} from './wasm/kernels/conv2DBackpropInput';
import {depthwiseConv2dNativeBackpropFilter} from './wasm/kernels/depthwiseConv2dNativeBackpropFilter';
import {depthwiseConv2dNativeBackpropInput} from './wasm/kernels/depthwiseConv2dNativeBackpropInput';
import {fusedBatchNorm} from './wasm/kernels/fusedBatchNorm';
import {identity} from './wasm/kernels/identity';
import {maxPoolGrad} from './wasm/kernels/maxPoolGrad';
import {mean} from './wasm/kernels/mean';
import {prelu} from './wasm/kernels/prelu';
import {preluGrad} from './wasm/kernels/preluGrad';
import {rowNorms} from './wasm/kernels/rowNorms';
import {sum} from './wasm/kernels/sum';
import {tile} from './wasm/kernels/tile';
import {unsortedSegmentSum} from './wasm/kernels/unsortedSegmentSum';
import {compileSimdModules} from './wasm/simdModule';
import type {KernelInputs, TrainingKernel} from './wasm/trainingKernel';

const trainingKernels: TrainingKernel[] = [
  avgPoolGrad,
  batchMatMul,
  batchNormTraining,
  batchNormTrainingGrad,
  cast,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  fusedBatchNorm,
  identity,
  maxPoolGrad,
  mean,
  prelu,
  preluGrad,
  rowNorms,
  sum,
  tile,
  unsortedSegmentSum,
];

const registered = new WeakSet<tf.KernelConfig>();

function register(kernel: TrainingKernel): void {
  const {kernelName} = kernel;
  const stock = tf.getKernel(kernelName, 'wasm');
  if (stock !== undefined) {
    if (registered.has(stock)) return;
    // TensorFlow.js warns when a kernel is registered twice.
    tf.unregisterKernel(kernelName, 'wasm');
  }
  const config: tf.KernelConfig = {
    // The stock kernel may still be asked, so it keeps its set-up when the backend starts.
    ...stock,
    kernelName,
    backendName: 'wasm',
    kernelFunc: args => {
      const inputs = args.inputs as KernelInputs;
      const attrs = args.attrs as object;
      const heap = heapOf(args.backend as tf.KernelBackend);
      const result =
        (heap && kernel.simd?.(heap, inputs, attrs)) ??
        kernel.composed?.(inputs, attrs) ??
        stock?.kernelFunc(args);
      if (result === undefined)
        throw new Error(`${kernelName} on the wasm backend does not support these inputs.`);
      return result;
    },
  };
  tf.registerKernel(config);
  registered.add(config);
}

/**
 * Gives the WebAssembly backend the kernels it needs for training: those it lacks and those it runs slowly.
 *
 * Import `@tensorflow/tfjs-backend-wasm` first. Calling it again does nothing. `useBackend` calls it for you.
 *
 * ```js
 * import '@tensorflow/tfjs-backend-wasm';
 * await registerWasmKernels();
 * await tf.setBackend('wasm');
 * ```
 *
 * @throws If the wasm backend has not been registered with TensorFlow.js.
 */
export async function registerWasmKernels(): Promise<void> {
  if (tf.findBackendFactory('wasm') === null) {
    throw new Error(
      "The wasm backend is not registered: import '@tensorflow/tfjs-backend-wasm' before registerWasmKernels().",
    );
  }
  for (const kernel of trainingKernels) register(kernel);
  await compileSimdModules();
}
