import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Numbers of other kernels that take the time of one exponential. */
const COST = 4;

/** e^x to two units in the last place, on all threads. */
export const exp: WasmKernel = {
  kernelName: tf.Exp,

  simd(heap, {x}) {
    if (x.dtype !== 'float32') return undefined;
    const out = heap.output(x.shape);
    const all = heap.addresses({x, out});
    heap.run(
      'exponentials',
      split(tf.util.sizeFromShape(x.shape), COST).map(({first, count}) => ({
        x: advance(all.x, 4 * first),
        out: advance(all.out, 4 * first),
        count,
      })),
    );
    return out;
  },
};
