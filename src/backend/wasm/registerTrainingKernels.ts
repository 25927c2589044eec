import * as tf from '@tensorflow/tfjs-core';
import {type KernelCall, replaceKernel} from '../replaceKernel';
import {guardBackend} from './guardBackend';
import {heapOf} from './heap';
import {add} from './kernels/add';
import {avgPool} from './kernels/avgPool';
import {avgPoolGrad} from './kernels/avgPoolGrad';
import {batchMatMul} from './kernels/batchMatMul';
import {batchNormPreluGrad} from './kernels/batchNormPreluGrad';
import {batchNormTraining} from './kernels/batchNormTraining';
import {batchNormTrainingGrad} from './kernels/batchNormTrainingGrad';
import {cast} from './kernels/cast';
import {clipByValue} from './kernels/clipByValue';
import {conv2D} from './kernels/conv2D';
import {conv2DBackpropFilter} from './kernels/conv2DBackpropFilter';
import {conv2DBackpropInput} from './kernels/conv2DBackpropInput';
import {depthwiseConv2dNative} from './kernels/depthwiseConv2dNative';
import {depthwiseConv2dNativeBackpropFilter} from './kernels/depthwiseConv2dNativeBackpropFilter';
import {depthwiseConv2dNativeBackpropInput} from './kernels/depthwiseConv2dNativeBackpropInput';
import {fusedBatchNorm} from './kernels/fusedBatchNorm';
import {fusedConv2D} from './kernels/fusedConv2D';
import {fusedDepthwiseConv2D} from './kernels/fusedDepthwiseConv2D';
import {fusedMatMul} from './kernels/fusedMatMul';
import {identity} from './kernels/identity';
import {leakyRelu} from './kernels/leakyRelu';
import {maxPool} from './kernels/maxPool';
import {maxPoolGrad} from './kernels/maxPoolGrad';
import {mean} from './kernels/mean';
import {momentumStep} from './kernels/momentumStep';
import {movingStatistics} from './kernels/movingStatistics';
import {padV2} from './kernels/padV2';
import {prelu} from './kernels/prelu';
import {preluGrad} from './kernels/preluGrad';
import {relu} from './kernels/relu';
import {relu6} from './kernels/relu6';
import {rowNorms} from './kernels/rowNorms';
import {slice} from './kernels/slice';
import {sum} from './kernels/sum';
import {tile} from './kernels/tile';
import {unsortedSegmentSum} from './kernels/unsortedSegmentSum';
import type {MemoryGuard} from './memoryGuard';
import {compileSimdModules} from './simdModule';
import type {KernelInputs, WasmKernel} from './wasmKernel';
import {workingMemory} from './workingMemory';

type Result = ReturnType<tf.KernelFunc>;

const trainingKernels: WasmKernel[] = [
  add,
  avgPool,
  avgPoolGrad,
  batchMatMul,
  batchNormPreluGrad,
  batchNormTraining,
  batchNormTrainingGrad,
  cast,
  clipByValue,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  depthwiseConv2dNative,
  fusedBatchNorm,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  identity,
  leakyRelu,
  maxPool,
  maxPoolGrad,
  mean,
  momentumStep,
  movingStatistics,
  padV2,
  prelu,
  preluGrad,
  relu,
  relu6,
  rowNorms,
  slice,
  sum,
  tile,
  unsortedSegmentSum,
];

const ofThisLibrary = new Map(trainingKernels.map(kernel => [kernel.kernelName, kernel]));

/** The kernel of this library, or else of the backend; it runs only where the heap has room for all that it needs. */
function run(
  kernelName: string,
  call: KernelCall,
  stock: tf.KernelFunc | undefined,
  guard: MemoryGuard | undefined,
): Result | undefined {
  const inputs = call.inputs as KernelInputs;
  const attrs = call.attrs as object;
  const kernel = ofThisLibrary.get(kernelName);
  const heap = heapOf(call.backend as tf.KernelBackend);
  const result = (heap && kernel?.simd?.(heap, inputs, attrs)) ?? kernel?.composed?.(inputs, attrs);
  if (result !== undefined) return result;
  // Not in the midst of the backend's own kernel, which may already look at the memory: it may grow.
  for (const input of Object.values(inputs).flat()) if (input !== undefined) heap?.settle(input);
  guard?.requireRoom(workingMemory(kernelName, inputs, attrs));
  return stock?.(call);
}

/**
 * Registers the training kernels with TensorFlow.js, each before the stock kernel of its name, guards the memory of all kernels, and
 * compiles the SIMD modules.
 */
export async function registerTrainingKernels(): Promise<void> {
  const stock = tf.getKernelsForBackend('wasm').map(({kernelName}) => kernelName);
  for (const kernelName of new Set([...ofThisLibrary.keys(), ...stock])) {
    replaceKernel(kernelName, 'wasm', (call, stock) => {
      const guard = guardBackend(call.backend as tf.KernelBackend);
      const work = () => run(kernelName, call, stock, guard);
      return guard ? guard.watch(work) : work();
    });
  }
  await compileSimdModules();
}
