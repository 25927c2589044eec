import type * as tf from '@tensorflow/tfjs-core';
import type {Heap} from './heap';

export type KernelInputs = Record<string, tf.TensorInfo>;
export type KernelResult = tf.TensorInfo | tf.TensorInfo[];

/**
 * A kernel that the WebAssembly backend lacks or runs slowly. The first one with a result is used: `simd` if the heap can be reached, then
 * `composed`, then the backend's own kernel of that name.
 */
export interface WasmKernel {
  kernelName: string;
  /** Works on the heap in place; undefined for inputs that it does not support. */
  simd?(heap: Heap, inputs: KernelInputs, attrs: object): KernelResult | undefined;
  /** Composed of stock operations, so correct on any version of the backend; undefined for inputs that it does not support. */
  composed?(inputs: KernelInputs, attrs: object): KernelResult | undefined;
}
