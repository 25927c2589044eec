import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type PoolAttributes, poolGeometry} from '../poolGeometry';
import {PoolWindows} from '../poolWindows';
import {imageBands} from '../threads/band';
import {runBands} from '../threads/runBands';
import type {WasmKernel} from '../wasmKernel';

/**
 * The gradient of average pooling. A window that overlaps the padding averages fewer inputs, so each gets a larger part. TensorFlow.js'
 * own kernels divide by the whole window there.
 */
export const avgPoolGrad: WasmKernel = {
  kernelName: tf.AvgPoolGrad,

  simd(heap, {dy, input}, attrs) {
    const info = poolGeometry(input.shape, attrs as PoolAttributes);
    const dx = heap.output(input.shape);
    const [from, to] = [heap.address(dy), heap.address(dx)];
    runBands(heap, 'avgPoolGrad', imageBands(info), ({input, output}) => ({
      dy: advance(from, output),
      dx: advance(to, input),
    }));
    return dx;
  },

  composed({dy, input}, attrs) {
    const windows = new PoolWindows(poolGeometry(input.shape, attrs as PoolAttributes));
    return tf.tidy(() => {
      const inside = windows.frame(tf.ones(input.shape as [number, number, number, number]), 0);
      const taps = [...windows.taps()];
      const covered = tf.addN(taps.map(tap => windows.gather(inside, tap)));
      const share = tf.div(dy as tf.Tensor4D, covered) as tf.Tensor4D;
      return windows.unframe(tf.addN(taps.map(tap => windows.scatter(share, tap))));
    });
  },
};
