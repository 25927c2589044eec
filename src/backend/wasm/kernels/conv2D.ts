import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry, isDilated} from '../convolutionGeometry';
import {convolveLater} from '../convolve';
import type {WasmKernel} from '../wasmKernel';

/** A convolution on all threads. The backend's own kernel covers dilation. */
export const conv2D: WasmKernel = {
  kernelName: tf.Conv2D,

  simd(heap, {x, filter}, attrs) {
    if (isDilated(attrs as ConvolutionAttributes)) return undefined;
    const info = convolutionGeometry(tf.Conv2D, x.shape, filter.shape, attrs as ConvolutionAttributes);
    return convolveLater(heap, {kind: 'convolution', tensors: {x, filter}, info, depthwise: false});
  },
};
