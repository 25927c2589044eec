import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {repeatsLeadingAxes} from '../repeatsLeadingAxes';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Repetition along leading axes only, where the values repeat as one run: channel statistics over a batch of images. */
export const tile: WasmKernel = {
  kernelName: tf.Tile,

  simd(heap, {x}, attrs) {
    const shape = x.shape.map((length, axis) => length * (attrs as tf.TileAttrs).reps[axis]);
    const size = tf.util.sizeFromShape(x.shape);
    if (x.dtype !== 'float32' || size === 0 || !repeatsLeadingAxes(x.shape, shape)) return undefined;
    const out = heap.output(shape);
    const times = tf.util.sizeFromShape(shape) / size;
    const all = heap.addresses({x, out});
    if (times > 0) {
      heap.run(
        'repeat',
        split(times, size).map(({first, count}) => ({
          x: all.x,
          out: advance(all.out, 4 * first * size),
          bytes: 4 * size,
          times: count,
        })),
      );
    }
    return out;
  },
};
