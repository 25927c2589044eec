import * as tf from '@tensorflow/tfjs-core';
import {simdGeometry} from '../convolution';
import {type PoolAttributes, poolGeometry} from '../pooling';
import type {TrainingKernel} from '../trainingKernel';

/**
 * The gradient of average pooling. Where a window overlaps the padding it averages fewer inputs, and each gets the
 * larger share that follows; TensorFlow.js' JavaScript kernels divide by the whole window there.
 */
export const avgPoolGrad: TrainingKernel = {
  kernelName: tf.AvgPoolGrad,

  simd(heap, {dy, input}, attrs) {
    if (input.dtype !== 'float32') return undefined;
    const info = poolGeometry(input.shape, attrs as PoolAttributes);
    const dx = heap.output(input.shape);
    const [batch, height, width, channels, outHeight, outWidth, , ...window] = simdGeometry(info);
    heap.simd.avgPoolGrad(
      ...[dy, dx].map(tensor => heap.address(tensor)),
      ...[batch, height, width, channels, outHeight, outWidth, ...window],
    );
    return dx;
  },
};
