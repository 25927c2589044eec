import * as tf from '@tensorflow/tfjs-core';
import type {TrainingKernel} from '../trainingKernel';

/** Batch normalisation by the statistics of the batch: inputs `{x, offset, scale}`, outputs `[y, mean, variance]`. */
export const BATCH_NORM_TRAINING = 'FaceMarginsBatchNormTraining';

export interface BatchNormTrainingAttributes {
  varianceEpsilon: number;
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + offset for every channel, the last axis, with the mean and the
 * biased variance over all other axes.
 */
export const batchNormTraining: TrainingKernel = {
  kernelName: BATCH_NORM_TRAINING,

  simd(heap, {x, offset, scale}, attrs) {
    const channels = x.shape.at(-1) as number;
    const rows = tf.util.sizeFromShape(x.shape) / channels;
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    const [mean, variance, y] = [heap.output([channels]), heap.output([channels]), heap.output(x.shape)];
    const [from, means, variances, offsets, scales, to] = [x, mean, variance, offset, scale, y].map(tensor =>
      heap.address(tensor),
    );
    heap.withScratch(4 * channels, scratch => {
      heap.simd.moments(from, means, variances, rows, channels, scratch);
      heap.simd.batchNorm(
        from,
        means,
        variances,
        offsets,
        scales,
        to,
        rows,
        channels,
        varianceEpsilon,
        scratch,
      );
    });
    return [y, mean, variance];
  },

  composed({x, offset, scale}, attrs) {
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    return tf.tidy(() => {
      const images = tf.reshape(x as tf.Tensor, [1, 1, -1, x.shape.at(-1) as number]) as tf.Tensor4D;
      const {mean, variance} = tf.moments(images, [0, 1, 2]) as {mean: tf.Tensor1D; variance: tf.Tensor1D};
      const y = tf.batchNorm4d(
        images,
        mean,
        variance,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        varianceEpsilon,
      );
      return [tf.reshape(y, x.shape), mean, variance];
    });
  },
};
