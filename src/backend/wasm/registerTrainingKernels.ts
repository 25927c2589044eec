import * as tf from '@tensorflow/tfjs-core';
import {type KernelCall, replaceKernel} from '../replaceKernel';
import {guardBackend} from './guardBackend';
import {heapOf} from './heap';
import {trainingKernels} from './kernels/trainingKernels';
import type {MemoryGuard} from './memoryGuard';
import {compileSimdModules} from './simdModule';
import type {KernelInputs} from './wasmKernel';
import {workingMemory} from './workingMemory';

type Result = ReturnType<tf.KernelFunc>;

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
