import * as tf from '@tensorflow/tfjs-core';
import {placedImages} from '../placedImages';
import type {WasmKernel} from '../wasmKernel';

/** A part of images that has all of them and all channels, the gradient of padding, on all threads. */
export const slice: WasmKernel = {
  kernelName: tf.Slice,

  simd(heap, {x}, attrs) {
    if (x.dtype !== 'float32' || x.shape.length !== 4) return undefined;
    const given = attrs as tf.SliceAttrs;
    const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, given.begin, given.size);
    if (size[0] !== x.shape[0] || size[3] !== x.shape[3]) return undefined;
    return placedImages(heap, x, [size[1], size[2]], {top: -begin[1], left: -begin[2]});
  },
};
