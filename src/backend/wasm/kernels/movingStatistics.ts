import * as tf from '@tensorflow/tfjs-core';
import {
  type BatchStatistics,
  composedMovingStatistics,
  MOVING_STATISTICS,
  type MovingRates,
} from '../../../ops/layers/movingStatistics';
import type {WasmKernel} from '../wasmKernel';

/** The moving mean and variance of each channel after a batch. */
export const movingStatistics: WasmKernel = {
  kernelName: MOVING_STATISTICS,

  simd(heap, {mean, variance, movingMean, movingVariance}, attrs) {
    const {momentum, correction} = attrs as MovingRates;
    const [nextMean, nextVariance] = [heap.output(mean.shape), heap.output(variance.shape)];
    const channels = tf.util.sizeFromShape(mean.shape);
    const follow = (batch: tf.TensorInfo, before: tf.TensorInfo, next: tf.TensorInfo, factor: number) =>
      heap.simd.follow({...heap.addresses({batch, before, next}), channels, factor, share: 1 - momentum});
    follow(mean, movingMean, nextMean, 1);
    follow(variance, movingVariance, nextVariance, correction);
    return [nextMean, nextVariance];
  },

  composed: (inputs, attrs) => composedMovingStatistics(inputs as BatchStatistics, attrs as MovingRates),
};
