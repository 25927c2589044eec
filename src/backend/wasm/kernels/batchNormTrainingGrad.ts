import * as tf from '@tensorflow/tfjs-core';
import {
  BATCH_NORM_TRAINING_GRAD,
  type BatchNormSaved,
  composedBatchNormTrainingGrad,
} from '../../../ops/layers/batchNormTrainingGrad';
import type {WasmKernel} from '../wasmKernel';
import type {BatchNormTrainingAttributes} from './batchNormTraining';

/**
 * With n = (x - mean) / sqrt(variance + epsilon) and R numbers per channel: doffset = sum of dy, dscale = sum of dy * n,
 * dx = scale / sqrt(variance + epsilon) * (dy - doffset / R - n * dscale / R).
 */
export const batchNormTrainingGrad: WasmKernel = {
  kernelName: BATCH_NORM_TRAINING_GRAD,

  simd(heap, {x, dy, scale, mean, variance}, attrs) {
    const channels = x.shape.at(-1) as number;
    const rows = tf.util.sizeFromShape(x.shape) / channels;
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    const dx = heap.output(x.shape);
    const [doffset, dscale] = [heap.output([channels]), heap.output([channels])];
    const addresses = heap.addresses({x, dy, scale, mean, variance, dx, doffset, dscale});
    heap.withScratch(heap.simd.batchNormGradScratch({channels}), scratch =>
      heap.simd.batchNormGrad({...addresses, rows, channels, epsilon: varianceEpsilon, scratch}),
    );
    return [dx, doffset, dscale];
  },

  composed({dy, ...saved}, attrs) {
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    return composedBatchNormTrainingGrad(
      dy as tf.Tensor,
      saved as unknown as BatchNormSaved,
      varianceEpsilon,
    );
  },
};
