import * as tf from '@tensorflow/tfjs-core';
import {
  CLASS_WEIGHT_GRADIENT,
  type ClassWeightGradientParts,
  composedClassWeightGradient,
} from '../../ops/margin/classWeightGradient';
import {inPlace} from './inPlace';
import type {NodeBackend, NodeKernelCall} from './nodeBackend';

/** Values of W processed at a time: few enough that intermediate results stay in the cache. */
const VALUES_AT_A_TIME = 2 ** 20;
const LARGEST_RUN_COUNT = 1024;

/** The number of classes processed at a time, a divisor of all classes, or all if no divisor fits. */
function classesAtATime(classes: number, dimension: number): number {
  let count = Math.max(1, Math.min(classes, Math.floor(VALUES_AT_A_TIME / dimension)));
  while (classes % count !== 0) count--;
  return classes / count > LARGEST_RUN_COUNT ? classes : count;
}

/** `pulls − diag(radial) W`, in place. */
function subtractRadial(node: NodeBackend, pulls: tf.Tensor2D, w: tf.Tensor2D, radial: tf.Tensor2D): void {
  const [classes, dimension] = w.shape;
  const count = classesAtATime(classes, dimension);
  // One "row" is a run of classes, so that TensorFlow's threads share the work.
  const runs = tf.reshape(pulls, [-1, count * dimension]);
  for (let from = 0; from < classes; from += count) {
    tf.tidy(() => {
      const part = tf.slice(w, [from, 0], [count, dimension]);
      const scaled = tf.mul(part, tf.slice(radial, [from, 0], [count, 1]));
      inPlace(node, 'InplaceSub', runs, tf.tensor1d([from / count], 'int32'), tf.reshape(scaled, [1, -1]));
    });
  }
}

/**
 * Where W is large, in place, without a second and third `[C, D]`: at 100,000 classes each would be 200 MB of new memory. Where it is small,
 * in as few operations as there can be.
 */
function classWeightGradient({inputs, backend}: NodeKernelCall): tf.TensorInfo {
  const node = backend as NodeBackend;
  const parts = inputs as ClassWeightGradientParts;
  if (node.isUsingGpuDevice) return composedClassWeightGradient(parts);
  const {pulls, targetRows, ids, w, radial} = parts;
  return tf.tidy(() => {
    let sum: tf.TensorInfo = pulls;
    if (radial !== undefined && w.size <= VALUES_AT_A_TIME) sum = tf.sub(pulls, tf.mul(w, radial));
    else if (radial !== undefined) subtractRadial(node, pulls, w, radial);
    return inPlace(node, 'InplaceAdd', sum, ids, targetRows) as tf.Tensor;
  });
}

export const classWeightGradientKernel: tf.KernelConfig = {
  kernelName: CLASS_WEIGHT_GRADIENT,
  backendName: 'tensorflow',
  kernelFunc: call => classWeightGradient(call as unknown as NodeKernelCall),
};
