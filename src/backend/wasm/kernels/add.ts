import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Sums of tensors of one shape, such as those of residual blocks and of gradients that come together, on all threads. */
export const add: WasmKernel = {
  kernelName: tf.Add,

  simd(heap, {a, b}) {
    const alike = a.dtype === 'float32' && b.dtype === 'float32' && tf.util.arraysEqual(a.shape, b.shape);
    if (!alike) return undefined;
    const out = heap.output(a.shape);
    const all = heap.addresses({a, b, out});
    heap.run(
      'addTensors',
      split(tf.util.sizeFromShape(a.shape), 3).map(({first, count}) => ({
        a: advance(all.a, 4 * first),
        b: advance(all.b, 4 * first),
        out: advance(all.out, 4 * first),
        count,
      })),
    );
    return out;
  },
};
