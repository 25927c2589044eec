import {advance} from './address';
import {type PoolAttributes, poolGeometry} from './poolGeometry';
import {outputBands} from './threads/band';
import {runBands} from './threads/runBands';
import type {WasmKernel} from './wasmKernel';

/** A pooling of images on all threads. */
export function pooling(kernelName: string, simdName: 'maxPool' | 'avgPool'): WasmKernel {
  return {
    kernelName,

    simd(heap, {x}, attrs) {
      if (x.dtype !== 'float32') return undefined;
      const info = poolGeometry(x.shape, attrs as PoolAttributes);
      const y = heap.output(info.outShape);
      const all = heap.addresses({x, y});
      runBands(heap, simdName, outputBands(info, {depthwise: true}), ({input, output}) => ({
        x: advance(all.x, input),
        y: advance(all.y, output),
      }));
      return y;
    },
  };
}
