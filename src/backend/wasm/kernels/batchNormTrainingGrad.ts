import * as tf from '@tensorflow/tfjs-core';
import type {TrainingKernel} from '../trainingKernel';
import type {BatchNormTrainingAttributes} from './batchNormTraining';

/** Its gradient: inputs `{x, dy, scale, mean, variance}`, outputs `[dx, doffset, dscale]`. */
export const BATCH_NORM_TRAINING_GRAD = 'FaceMarginsBatchNormTrainingGrad';

/**
 * With n = (x - mean) / sqrt(variance + epsilon) and R numbers a channel: doffset = sum of dy, dscale = sum of dy * n,
 * dx = scale / sqrt(variance + epsilon) * (dy - doffset / R - n * dscale / R).
 */
export const batchNormTrainingGrad: TrainingKernel = {
  kernelName: BATCH_NORM_TRAINING_GRAD,

  simd(heap, {x, dy, scale, mean, variance}, attrs) {
    const channels = x.shape.at(-1) as number;
    const rows = tf.util.sizeFromShape(x.shape) / channels;
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    const gradients = [heap.output(x.shape), heap.output([channels]), heap.output([channels])];
    const addresses = [x, dy, scale, mean, variance, ...gradients].map(tensor => heap.address(tensor));
    heap.withScratch(7 * channels, scratch =>
      heap.simd.batchNormGrad(...addresses, rows, channels, varianceEpsilon, scratch),
    );
    return gradients;
  },

  composed({x, dy, scale, mean, variance}, attrs) {
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    return tf.tidy(() => {
      const channels = x.shape.at(-1) as number;
      const [rows, gradients] = [x, dy].map(tensor => tf.reshape(tensor as tf.Tensor, [-1, channels]));
      const inverse = tf.rsqrt(tf.add(variance as tf.Tensor, varianceEpsilon));
      const normalised = tf.mul(tf.sub(rows, mean as tf.Tensor), inverse);
      const doffset = tf.sum(gradients, 0);
      const dscale = tf.sum(tf.mul(gradients, normalised), 0);
      const count = rows.shape[0];
      const shared = tf.add(tf.div(doffset, count), tf.mul(normalised, tf.div(dscale, count)));
      const dx = tf.mul(tf.sub(gradients, shared), tf.mul(scale as tf.Tensor, inverse));
      return [tf.reshape(dx, x.shape), doffset, dscale];
    });
  },
};
