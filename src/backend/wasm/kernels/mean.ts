import * as tf from '@tensorflow/tfjs-core';
import {sumOverAxes} from '../sumOverAxes';
import type {WasmKernel} from '../wasmKernel';

/** Averages float32 over neighboring axes without a transpose. */
export const mean: WasmKernel = {
  kernelName: tf.Mean,
  simd: (heap, {x}, attrs) => sumOverAxes(heap, x, attrs as tf.MeanAttrs, count => 1 / count),
};
