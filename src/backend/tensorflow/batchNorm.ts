import * as tf from '@tensorflow/tfjs-core';
import {BATCH_NORM_TRAINING, composedBatchNormTraining} from '../../ops/batchNormTraining';
import {
  BATCH_NORM_TRAINING_GRAD,
  type BatchNormSaved,
  composedBatchNormTrainingGrad,
} from '../../ops/batchNormTrainingGrad';
import type {NodeBackend, NodeKernelCall} from './nodeBackend';
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

/** FusedBatchNormV3. Its own batch variance has Bessel's correction, what it keeps for the gradient has not. */
function training({inputs, attrs, backend}: NodeKernelCall): tf.Tensor[] {
  const {x, scale, offset} = inputs as Record<string, tf.Tensor>;
  const {varianceEpsilon} = attrs as {varianceEpsilon: number};
  const node = backend as NodeBackend;
  // On a GPU, what is kept for the gradient is cuDNN's own affair.
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

/** Batch normalisation by the statistics of the batch, and its gradient, by TensorFlow's own fused kernels. */
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
