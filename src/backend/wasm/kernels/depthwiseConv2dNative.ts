import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type ConvolutionAttributes, convolutionGeometry, isDilated} from '../convolutionGeometry';
import {outputBands} from '../threads/band';
import {runBands} from '../threads/runBands';
import type {WasmKernel} from '../wasmKernel';

const kernelName = tf.DepthwiseConv2dNative;

/** A depthwise convolution on all threads. The backend's own kernel covers dilation and several outputs a channel. */
export const depthwiseConv2dNative: WasmKernel = {
  kernelName,

  simd(heap, {x, filter}, attrs) {
    if (filter.shape[3] !== 1 || isDilated(attrs as ConvolutionAttributes)) return undefined;
    const info = convolutionGeometry(kernelName, x.shape, filter.shape, attrs as ConvolutionAttributes, true);
    const y = heap.output(info.outShape);
    const all = heap.addresses({x, filter, y});
    runBands(heap, 'depthwiseConv2D', outputBands(info, {depthwise: true}), ({input, output}) => ({
      x: advance(all.x, input),
      filter: all.filter,
      y: advance(all.y, output),
    }));
    return y;
  },
};
