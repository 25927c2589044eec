import * as tf from '@tensorflow/tfjs-core';
import {ROW_NORMS} from '../../../ops/rowNorms';
import type {WasmKernel} from '../wasmKernel';

/** Euclidean norms of the rows of a matrix. */
export const rowNorms: WasmKernel = {
  kernelName: ROW_NORMS,

  simd(heap, {x}) {
    const [rows, count] = x.shape;
    const out = heap.output([rows]);
    heap.simd.rowNorms({...heap.addresses({x, out}), rows, count});
    return out;
  },

  composed: ({x}) => tf.tidy(() => tf.sqrt(tf.sum(tf.square(x as tf.Tensor), 1))),
};
