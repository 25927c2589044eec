import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {channelRows, normalize} from '../channelRows';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Sums of tensors of one shape, such as those of residual blocks, in one pass with a batch normalization, and of gradients that come together, on all threads. */
export const add: WasmKernel = {
  kernelName: tf.Add,

  simd(heap, {a, b}) {
    const alike = a.dtype === 'float32' && b.dtype === 'float32' && tf.util.arraysEqual(a.shape, b.shape);
    if (!alike) return undefined;
    const out = heap.output(a.shape);
    const last = heap.normalizationOf(b) === undefined ? a : b;
    const normalization = heap.normalizationOf(last);
    if (normalization !== undefined && a.dataId !== b.dataId) {
      const {tensors, epsilon} = normalization;
      const {other, ...all} = heap.addresses({...tensors, other: last === b ? a : b, y: out});
      const channels = tensors.x.shape.at(-1) as number;
      normalize(heap, channelRows(tf.util.sizeFromShape(a.shape), channels), all, epsilon, {other});
      return out;
    }
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
