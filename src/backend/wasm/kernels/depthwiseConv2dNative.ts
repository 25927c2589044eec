import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry, isDilated} from '../convolutionGeometry';
import {convolveLater} from '../convolve';
import type {WasmKernel} from '../wasmKernel';

const kernelName = tf.DepthwiseConv2dNative;

/** A depthwise convolution on all threads. The backend's own kernel covers dilation and several outputs a channel. */
export const depthwiseConv2dNative: WasmKernel = {
  kernelName,

  simd(heap, {x, filter}, attrs) {
    if (filter.shape[3] !== 1 || isDilated(attrs as ConvolutionAttributes)) return undefined;
    const info = convolutionGeometry(kernelName, x.shape, filter.shape, attrs as ConvolutionAttributes, true);
    return convolveLater(heap, {kind: 'convolution', tensors: {x, filter}, info, depthwise: true});
  },
};
