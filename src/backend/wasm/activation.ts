import * as tf from '@tensorflow/tfjs-core';
import {advance} from './address';
import {convolve} from './convolve';
import type {Ending} from './ending';
import {split} from './threads/piece';
import type {WasmKernel} from './wasmKernel';

/** A slope for what is not positive, then bounds. */
type Bend = Required<Pick<Ending, 'slope' | 'low' | 'high'>>;

/** An activation that bends and bounds, on all threads: in one pass with the convolution before it. */
export function activation(kernelName: string, bendOf: (attrs: object) => Partial<Bend>): WasmKernel {
  return {
    kernelName,

    simd(heap, {x}, attrs) {
      if (x.dtype !== 'float32') return undefined;
      const bend: Bend = {
        slope: 1,
        low: Number.NEGATIVE_INFINITY,
        high: Number.POSITIVE_INFINITY,
        ...bendOf(attrs),
      };
      const y = heap.output(x.shape);
      const convolution = heap.recipeOf(x, 'convolution');
      if (convolution !== undefined) {
        convolve(heap, y, convolution, bend);
        return y;
      }
      const all = heap.addresses({x, y});
      heap.run(
        'activate',
        split(tf.util.sizeFromShape(x.shape), 2).map(({first, count}) => ({
          x: advance(all.x, 4 * first),
          y: advance(all.y, 4 * first),
          count,
          ...bend,
        })),
      );
      return y;
    },
  };
}
