import * as tf from '@tensorflow/tfjs-core';
import {heapOf} from './heap';
import {avgPoolGrad} from './kernels/avgPoolGrad';
import {batchMatMul} from './kernels/batchMatMul';
import {batchNormTraining} from './kernels/batchNormTraining';
import {batchNormTrainingGrad} from './kernels/batchNormTrainingGrad';
import {cast} from './kernels/cast';
import {conv2DBackpropFilter} from './kernels/conv2DBackpropFilter';
import {conv2DBackpropInput} from './kernels/conv2DBackpropInput';
import {depthwiseConv2dNativeBackpropFilter} from './kernels/depthwiseConv2dNativeBackpropFilter';
import {depthwiseConv2dNativeBackpropInput} from './kernels/depthwiseConv2dNativeBackpropInput';
import {fusedBatchNorm} from './kernels/fusedBatchNorm';
import {identity} from './kernels/identity';
import {maxPoolGrad} from './kernels/maxPoolGrad';
import {mean} from './kernels/mean';
import {prelu} from './kernels/prelu';
import {preluGrad} from './kernels/preluGrad';
import {rowNorms} from './kernels/rowNorms';
import {sum} from './kernels/sum';
import {tile} from './kernels/tile';
import {unsortedSegmentSum} from './kernels/unsortedSegmentSum';
import {compileSimdModules} from './simdModule';
import type {KernelInputs, TrainingKernel} from './trainingKernel';

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

/** Registers the training kernels with TensorFlow.js, each over the stock one of its name, and compiles the SIMD modules. */
export async function registerTrainingKernels(): Promise<void> {
  for (const kernel of trainingKernels) register(kernel);
  await compileSimdModules();
}
