import type * as tf from '@tensorflow/tfjs-core';
import {
  CLASS_WEIGHT_GRADIENT,
  type ClassWeightGradientParts,
  composedClassWeightGradient,
} from '../../ops/margin/classWeightGradient';
import {HIDE_TARGET, MASK_OFFSET} from '../../ops/margin/hideTarget';
import {scatterAddRows} from '../../ops/scatterAddRows';
import {eachElement} from './eachElement';
import type {WebgpuBackend} from './webgpuBackend';

/** The arguments of a kernel of heads. */
interface HeadCall {
  inputs: tf.NamedTensorMap;
  backend: WebgpuBackend;
}

/** In one pass, without a one-hot matrix of the logits' size. */
function hideTarget({inputs: {logits, labels}, backend}: HeadCall): tf.TensorInfo {
  const isTarget = 'labels[at / uniforms.channels] == channel';
  const term = `logits[at] - select(0.0, ${MASK_OFFSET.toExponential()}, ${isTarget})`;
  return eachElement(backend, {term, inputs: {logits, labels}}, logits.shape[1] as number);
}

/** All three parts in one pass, without a scaled copy of the class weights. */
function classWeightGradient({inputs, backend}: HeadCall): tf.TensorInfo {
  const {pulls, targetRows, ids, w, radial} = inputs as ClassWeightGradientParts;
  if (radial === undefined) return composedClassWeightGradient({pulls, targetRows, ids, w});
  const scattered = scatterAddRows(targetRows, ids, w.shape[0]);
  const term = 'pulls[at] + scattered[at] - radial[at / uniforms.channels] * w[at]';
  const gradient = eachElement(backend, {term, inputs: {pulls, scattered, w, radial}}, w.shape[1]);
  scattered.dispose();
  return gradient;
}

/** What heads pass over logits and class weights for. */
export const headKernels: tf.KernelConfig[] = [
  {
    kernelName: HIDE_TARGET,
    backendName: 'webgpu',
    kernelFunc: call => hideTarget(call as unknown as HeadCall),
  },
  {
    kernelName: CLASS_WEIGHT_GRADIENT,
    backendName: 'webgpu',
    kernelFunc: call => classWeightGradient(call as unknown as HeadCall),
  },
];
