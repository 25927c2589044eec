import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs the kernel that the backend in use has registered under one of this library's names.
 *
 * @returns What the kernel gives: a tensor or a list of them. Nothing where the backend has no such kernel; the caller then composes
 * the result from stock operations.
 */
export function runRegistered<T extends tf.Tensor | tf.Tensor[]>(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attrs?: tf.NamedAttrMap,
): T | undefined {
  if (tf.getKernel(kernelName, tf.getBackend()) === undefined) return undefined;
  return tf.engine().runKernel(kernelName, inputs, attrs) as unknown as T;
}
