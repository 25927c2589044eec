import * as tf from '@tensorflow/tfjs-core';
import {NOWHERE} from '../address';
import {channelRows, normalize, normalizeLater} from '../channelRows';
import type {WasmKernel} from '../wasmKernel';

/** Batch normalization with given statistics, one number per channel. */
export const fusedBatchNorm: WasmKernel = {
  kernelName: tf.FusedBatchNorm,

  simd(heap, {x, mean, variance, offset, scale}, attrs) {
    const channels = x.shape.at(-1) as number;
    const statistics = [mean, variance, offset, scale].filter(tensor => tensor !== undefined);
    const perChannel = statistics.every(
      ({shape}) => shape.at(-1) === channels && tf.util.sizeFromShape(shape) === channels,
    );
    if (!perChannel || [x, ...statistics].some(({dtype}) => dtype !== 'float32')) return undefined;
    const {varianceEpsilon} = attrs as tf.FusedBatchNormAttrs;
    if (offset !== undefined && scale !== undefined) {
      return normalizeLater(heap, {tensors: {x, mean, variance, scale, offset}, epsilon: varianceEpsilon});
    }
    const y = heap.output(x.shape);
    const addresses = {
      ...heap.addresses({x, mean, variance, y}),
      offset: offset === undefined ? NOWHERE : heap.address(offset),
      scale: scale === undefined ? NOWHERE : heap.address(scale),
    };
    normalize(heap, channelRows(tf.util.sizeFromShape(x.shape), channels), addresses, varianceEpsilon);
    return y;
  },
};
