import * as tf from '@tensorflow/tfjs-core';
import {placedImages} from '../placedImages';
import type {WasmKernel} from '../wasmKernel';

/** Padding of images at their sides, on all threads. */
export const padV2: WasmKernel = {
  kernelName: tf.PadV2,

  simd(heap, {x}, attrs) {
    const {paddings, constantValue} = attrs as tf.PadV2Attrs;
    if (x.dtype !== 'float32' || x.shape.length !== 4) return undefined;
    const [images, [top, bottom], [left, right], channels] = paddings;
    if ([...images, ...channels].some(count => count !== 0)) return undefined;
    const size: [number, number] = [x.shape[1] + top + bottom, x.shape[2] + left + right];
    return placedImages(heap, x, size, {top, left, value: constantValue});
  },
};
