import type * as tf from '@tensorflow/tfjs-core';
import type {Heap} from './heap';

export type KernelInputs = Record<string, tf.TensorInfo>;
export type KernelResult = tf.TensorInfo | tf.TensorInfo[];

/**
 * One kernel the WebAssembly backend lacks or runs slowly. The first that gives a result is used: `simd`, where the
 * heap can be reached, then `composed`, then the backend's own kernel of that name.
 */
export interface TrainingKernel {
  kernelName: string;
  /** Works on the heap in place; undefined where it does not cover these inputs. */
  simd?(heap: Heap, inputs: KernelInputs, attrs: object): KernelResult | undefined;
  /** Made of stock operations, so right on any version of the backend; undefined where it does not cover these inputs. */
  composed?(inputs: KernelInputs, attrs: object): KernelResult | undefined;
}
