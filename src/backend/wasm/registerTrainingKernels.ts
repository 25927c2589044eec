import type * as tf from '@tensorflow/tfjs-core';
import {replaceKernel} from '../replaceKernel';
import {heapOf} from './heap';
import {avgPoolGrad} from './kernels/avgPoolGrad';
import {batchMatMul} from './kernels/batchMatMul';
import {batchNormTraining} from './kernels/batchNormTraining';
import {batchNormTrainingGrad} from './kernels/batchNormTrainingGrad';
import {cast} from './kernels/cast';
import {conv2D} from './kernels/conv2D';
import {conv2DBackpropFilter} from './kernels/conv2DBackpropFilter';
import {conv2DBackpropInput} from './kernels/conv2DBackpropInput';
import {depthwiseConv2dNative} from './kernels/depthwiseConv2dNative';
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
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  depthwiseConv2dNative,
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

/** Registers the training kernels with TensorFlow.js, each before the stock kernel of its name, and compiles the SIMD modules. */
export async function registerTrainingKernels(): Promise<void> {
  for (const kernel of trainingKernels) {
    replaceKernel(kernel.kernelName, 'wasm', call => {
      const inputs = call.inputs as KernelInputs;
      const attrs = call.attrs as object;
      const heap = heapOf(call.backend as tf.KernelBackend);
      return (heap && kernel.simd?.(heap, inputs, attrs)) ?? kernel.composed?.(inputs, attrs);
    });
  }
  await compileSimdModules();
}
