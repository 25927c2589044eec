import * as tf from '@tensorflow/tfjs-core';
import {BATCH_NORM_TRAINING, composedBatchNormTraining} from '../../../ops/layers/batchNormTraining';
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
    const rows = tf.util.sizeFromShape(x.shape) / channels;
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    const [mean, variance, y] = [heap.output([channels]), heap.output([channels]), heap.output(x.shape)];
    const {simd} = heap;
    const input = {...heap.addresses({x, mean, variance}), rows, channels};
    heap.withScratch(simd.momentsScratch({channels}), scratch => simd.moments({...input, scratch}));
    heap.withScratch(simd.batchNormScratch({channels}), scratch =>
      simd.batchNorm({
        ...input,
        ...heap.addresses({offset, scale, y}),
        epsilon: varianceEpsilon,
        scratch,
      }),
    );
    return [y, mean, variance];
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
