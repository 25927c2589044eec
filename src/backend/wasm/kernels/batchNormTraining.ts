import * as tf from '@tensorflow/tfjs-core';
import {BATCH_NORM_TRAINING, composedBatchNormTraining} from '../../../ops/layers/batchNormTraining';
import {advance} from '../address';
import {channelRows, normalizeLater, withChannelSums} from '../channelRows';
import type {WasmKernel} from '../wasmKernel';

export interface BatchNormTrainingAttributes {
  varianceEpsilon: number;
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + offset for each channel, the last axis, with mean and biased variance over all
 * other axes.
 */
export const batchNormTraining: WasmKernel = {
  kernelName: BATCH_NORM_TRAINING,

  simd(heap, {x, offset, scale}, attrs) {
    const channels = x.shape.at(-1) as number;
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    const [mean, variance] = [heap.output([channels]), heap.output([channels])];
    const all = heap.addresses({x, mean, variance});
    const input = channelRows(tf.util.sizeFromShape(x.shape), channels);
    const {rows, pieces} = input;
    // The distance from the first row costs no digits of the variance where the mean is far from zero.
    const shift = all.x;
    withChannelSums(heap, input, (sums, sumsOf) => {
      heap.run(
        'momentSums',
        pieces.map(({first, count}, i) => ({
          x: advance(all.x, 4 * first * channels),
          shift,
          sums: sumsOf(i),
          rows: count,
          channels,
        })),
      );
      const {mean, variance} = all;
      heap.simd.moments({sums, pieces: pieces.length, shift, mean, variance, rows, channels});
    });
    const tensors = {x, mean, variance, scale, offset};
    return [normalizeLater(heap, {tensors, epsilon: varianceEpsilon}), mean, variance];
  },

  composed({x, offset, scale}, attrs) {
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    return composedBatchNormTraining(
      x as tf.Tensor,
      scale as tf.Tensor,
      offset as tf.Tensor,
      varianceEpsilon,
    );
  },
};
