import * as tf from '@tensorflow/tfjs-core';
import {simdGeometry} from '../convolution';
import {type PoolAttributes, poolGeometry} from '../pooling';
import type {TrainingKernel} from '../trainingKernel';

/** The gradient of max pooling; the backend's own kernel is right but slow. */
export const maxPoolGrad: TrainingKernel = {
  kernelName: tf.MaxPoolGrad,

  simd(heap, {dy, input, output}, attrs) {
    if (input.dtype !== 'float32') return undefined;
    const info = poolGeometry(input.shape, attrs as PoolAttributes);
    const dx = heap.output(input.shape);
    const [batch, height, width, channels, outHeight, outWidth, , ...window] = simdGeometry(info);
    heap.simd.maxPoolGrad(
      ...[input, output, dy, dx].map(tensor => heap.address(tensor)),
      ...[batch, height, width, channels, outHeight, outWidth, ...window],
    );
    return dx;
  },
};
