import * as tf from '@tensorflow/tfjs-core';
import {BATCH_NORM_TRAINING, composedBatchNormTraining} from '../../ops/layers/batchNormTraining';
import {
  BATCH_NORM_TRAINING_GRAD,
  type BatchNormSaved,
  composedBatchNormTrainingGrad,
} from '../../ops/layers/batchNormTrainingGrad';
import type {NodeBackend, NodeKernel, NodeKernelCall} from './nodeBackend';
import {operationAttributes, reshaped, shapeAsImages} from './operationAttributes';

function attributes(node: NodeBackend, epsilon: number): object[] {
  const {bool, float, float32, string} = operationAttributes(node);
  return [
    float32(),
    float32('U'),
    float('epsilon', epsilon),
    string('data_format', 'NHWC'),
    bool('is_training', true),
  ];
}

/** FusedBatchNormV3. Its batch variance has Bessel's correction; its output for the gradient does not. */
function training({inputs, attrs, backend}: NodeKernelCall): tf.Tensor[] {
  const {x, scale, offset} = inputs as Record<string, tf.Tensor>;
  const {varianceEpsilon} = attrs as {varianceEpsilon: number};
  const node = backend as NodeBackend;
  // On a GPU the output for the gradient is private to cuDNN.
  if (node.isUsingGpuDevice) return composedBatchNormTraining(x, scale, offset, varianceEpsilon);
  return tf.tidy(() => {
    const none = tf.tensor1d([]);
    const [y, mean, , , variance] = node.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes(node, varianceEpsilon),
      [reshaped(x, shapeAsImages(x)), scale, offset, none, none],
      6,
    );
    return [reshaped(y, x.shape), mean, variance];
  });
}

/** FusedBatchNormGradV3. */
function trainingGrad({inputs, attrs, backend}: NodeKernelCall): tf.Tensor[] {
  const {dy, ...saved} = inputs as unknown as BatchNormSaved & {dy: tf.Tensor};
  const {varianceEpsilon} = attrs as {varianceEpsilon: number};
  const node = backend as NodeBackend;
  if (node.isUsingGpuDevice) return composedBatchNormTrainingGrad(dy, saved, varianceEpsilon);
  return tf.tidy(() => {
    const {x, scale, mean, variance} = saved;
    const shape = shapeAsImages(x);
    const [dx, dscale, doffset] = node.executeMultipleOutputs(
      'FusedBatchNormGradV3',
      attributes(node, varianceEpsilon),
      [reshaped(dy, shape), reshaped(x, shape), scale, mean, variance, tf.tensor1d([])],
      5,
    );
    return [reshaped(dx, x.shape), doffset, dscale];
  });
}

/**
 * Batch normalization by given statistics, such as running ones, as one product and one sum. Every version of TensorFlow's FusedBatchNorm
 * computes an index into four short vectors for each number, and took nine tenths of a forward pass.
 */
function inference({inputs, attrs}: NodeKernelCall): tf.Tensor | undefined {
  const {x, mean, variance, scale, offset} = inputs as Record<string, tf.Tensor | undefined>;
  if (!x || !mean || !variance || mean.rank > 1) return undefined;
  const {varianceEpsilon} = attrs as {varianceEpsilon: number};
  return tf.tidy(() => {
    const root = tf.rsqrt(tf.add(variance, varianceEpsilon));
    const factor = scale ? tf.mul(root, scale) : root;
    const shift = tf.mul(mean, factor);
    return tf.add(tf.mul(x, factor), offset ? tf.sub(offset, shift) : tf.neg(shift));
  });
}

/** Replaces TensorFlow.js' own. */
export const batchNormInference: NodeKernel = {kernelName: 'FusedBatchNorm', kernelFunc: inference};

/** Batch normalization by the statistics of the batch, and its gradient, by TensorFlow's own fused kernels. */
export const batchNormKernels: tf.KernelConfig[] = [
  {
    kernelName: BATCH_NORM_TRAINING,
    backendName: 'tensorflow',
    kernelFunc: call => training(call as unknown as NodeKernelCall),
  },
  {
    kernelName: BATCH_NORM_TRAINING_GRAD,
    backendName: 'tensorflow',
    kernelFunc: call => trainingGrad(call as unknown as NodeKernelCall),
  },
];
