import type * as tf from '@tensorflow/tfjs-core';
import {BATCH_NORM_TRAINING} from '../../ops/layers/batchNormTraining';
import {BATCH_NORM_TRAINING_GRAD} from '../../ops/layers/batchNormTrainingGrad';
import {channelSums} from './channelSums';
import {eachElement} from './eachElement';
import type {WebgpuBackend} from './webgpuBackend';

/** The arguments of a kernel of batch normalization. */
interface BatchNormCall {
  inputs: Record<string, tf.TensorInfo>;
  attrs: {varianceEpsilon: number};
  backend: WebgpuBackend;
}

const sizeOf = ({shape}: tf.TensorInfo) => shape.reduce((size, length) => size * length, 1);

/** [y, mean, variance]. The variance is of differences from the mean, so that a large mean takes no digits. */
function batchNormTraining({inputs, attrs, backend}: BatchNormCall): tf.TensorInfo[] {
  const {x, scale, offset} = inputs;
  const channels = sizeOf(scale);
  const factor = channels / sizeOf(x);
  const mean = channelSums(backend, {term: 'x[at]', inputs: {x}, factor}, channels);
  const square = '(x[at] - mean[channel]) * (x[at] - mean[channel])';
  const variance = channelSums(backend, {term: square, inputs: {x, mean}, factor}, channels);
  const term =
    '(x[at] - mean[channel]) * scale[channel] * inverseSqrt(variance[channel] + uniforms.epsilon) + offset[channel]';
  const all = {x, mean, variance, scale, offset};
  const y = eachElement(backend, {term, inputs: all, epsilon: attrs.varianceEpsilon}, channels);
  return [y, mean, variance];
}

/** [dx, doffset, dscale]. */
function batchNormTrainingGrad({inputs, attrs, backend}: BatchNormCall): tf.TensorInfo[] {
  const {x, dy, scale, mean, variance} = inputs;
  const epsilon = attrs.varianceEpsilon;
  const channels = sizeOf(scale);
  const inverse = 'inverseSqrt(variance[channel] + uniforms.epsilon)';
  const normalized = `(x[at] - mean[channel]) * ${inverse}`;
  const doffset = channelSums(backend, {term: 'dy[at]', inputs: {dy}}, channels);
  const product = `dy[at] * ${normalized}`;
  const dscale = channelSums(backend, {term: product, inputs: {dy, x, mean, variance}, epsilon}, channels);
  const rows = 'f32(uniforms.size / uniforms.channels)';
  const shared = `(doffset[channel] + ${normalized} * dscale[channel]) / ${rows}`;
  const term = `(dy[at] - ${shared}) * scale[channel] * ${inverse}`;
  const all = {x, dy, scale, mean, variance, doffset, dscale};
  return [eachElement(backend, {term, inputs: all, epsilon}, channels), doffset, dscale];
}

/** Batch normalization by the statistics of the batch: a pass for each sum and one for the result. */
export const batchNormKernels: tf.KernelConfig[] = [
  {
    kernelName: BATCH_NORM_TRAINING,
    backendName: 'webgpu',
    kernelFunc: call => batchNormTraining(call as unknown as BatchNormCall),
  },
  {
    kernelName: BATCH_NORM_TRAINING_GRAD,
    backendName: 'webgpu',
    kernelFunc: call => batchNormTrainingGrad(call as unknown as BatchNormCall),
  },
];
