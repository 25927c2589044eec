import * as tf from '@tensorflow/tfjs-core';
import {ROW_NORMS} from '../../../ops/rowNorms';
import {advance} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Euclidean norms of the rows of a matrix. */
export const rowNorms: WasmKernel = {
  kernelName: ROW_NORMS,

  simd(heap, {x}) {
    const [rows, count] = x.shape;
    const out = heap.output([rows]);
    const all = heap.addresses({x, out});
    heap.run(
      'rowNorms',
      split(rows, count).map(some => ({
        x: advance(all.x, 4 * some.first * count),
        out: advance(all.out, 4 * some.first),
        rows: some.count,
        count,
      })),
    );
    return out;
  },

  composed: ({x}) => tf.tidy(() => tf.sqrt(tf.sum(tf.square(x as tf.Tensor), 1))),
};
