import type * as tf from '@tensorflow/tfjs-core';
import {composedPreluGrad, PRELU_GRAD} from '../../ops/layers/preluGrad';
import {channelSums} from './channelSums';
import {eachElement} from './eachElement';
import type {WebgpuBackend} from './webgpuBackend';

/** The arguments of the kernel. */
interface PreluGradCall {
  inputs: {x: tf.Tensor; dy: tf.Tensor; alpha: tf.Tensor};
  backend: WebgpuBackend;
}

/** [dx, dalpha], for one slope per channel, the last axis; for others from stock operations. */
function preluGrad({inputs: {x, dy, alpha}, backend}: PreluGradCall): tf.TensorInfo[] {
  const channels = alpha.size;
  const isPerChannel = x.rank > 0 && channels === x.shape.at(-1) && channels === alpha.shape.at(-1);
  if (!isPerChannel || x.size === 0) return composedPreluGrad(x, dy, alpha);
  const term = 'select(alpha[channel], 1.0, x[at] > 0.0) * dy[at]';
  const dx = eachElement(backend, {term, inputs: {x, dy, alpha}}, channels);
  const dalpha = channelSums(backend, {term: 'min(x[at], 0.0) * dy[at]', inputs: {x, dy}}, channels);
  return [dx, {...dalpha, shape: alpha.shape}];
}

export const preluGradKernel: tf.KernelConfig = {
  kernelName: PRELU_GRAD,
  backendName: 'webgpu',
  kernelFunc: call => preluGrad(call as unknown as PreluGradCall),
};
