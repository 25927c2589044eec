import * as tf from '@tensorflow/tfjs-core';
import {sumOverAxes} from '../sumOverAxes';
import type {WasmKernel} from '../wasmKernel';

/** Sums float32 over neighboring axes without a transpose. */
export const sum: WasmKernel = {
  kernelName: tf.Sum,
  simd: (heap, {x}, attrs) => sumOverAxes(heap, x, attrs as tf.SumAttrs, () => 1),
};
