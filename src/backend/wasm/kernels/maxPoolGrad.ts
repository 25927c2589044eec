import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type PoolAttributes, poolGeometry} from '../poolGeometry';
import {PoolWindows} from '../poolWindows';
import {imageBands} from '../threads/band';
import {runBands} from '../threads/runBands';
import type {WasmKernel} from '../wasmKernel';

/**
 * The gradient of max pooling: each window's gradient goes to its first maximum. The backend's own kernel (4.22.0) takes 0 as the
 * maximum of a window of negative numbers, which are frequent after PReLU.
 */
export const maxPoolGrad: WasmKernel = {
  kernelName: tf.MaxPoolGrad,

  simd(heap, {dy, input, output}, attrs) {
    if (input.dtype !== 'float32') return undefined;
    const info = poolGeometry(input.shape, attrs as PoolAttributes);
    const dx = heap.output(input.shape);
    const all = heap.addresses({x: input, y: output, dy, dx});
    runBands(heap, 'maxPoolGrad', imageBands(info), band => ({
      x: advance(all.x, band.input),
      y: advance(all.y, band.output),
      dy: advance(all.dy, band.output),
      dx: advance(all.dx, band.input),
    }));
    return dx;
  },

  composed({dy, input, output}, attrs) {
    const windows = new PoolWindows(poolGeometry(input.shape, attrs as PoolAttributes));
    return tf.tidy(() => {
      const images = windows.frame(tf.cast(input as tf.Tensor4D, 'float32'), Number.NEGATIVE_INFINITY);
      const maxima = tf.cast(output as tf.Tensor4D, 'float32');
      let left = dy as tf.Tensor4D;
      let dx: tf.Tensor4D | undefined;
      for (const tap of windows.taps()) {
        const hit = tf.equal(windows.gather(images, tap), maxima);
        const share = tf.mul(left, tf.cast(hit, 'float32')) as tf.Tensor4D;
        left = tf.sub(left, share) as tf.Tensor4D;
        const placed = windows.scatter(share, tap);
        dx = dx === undefined ? placed : (tf.add(dx, placed) as tf.Tensor4D);
      }
      return windows.unframe(dx as tf.Tensor4D);
    });
  },
};
