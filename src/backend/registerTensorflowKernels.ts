import * as tf from '@tensorflow/tfjs-core';
import {ROW_NORMS} from '../ops/rowNorms';
import {batchNormKernels} from './tensorflow/batchNorm';
import {classWeightGradientKernel} from './tensorflow/classWeightGradient';
import {hideOwnClassKernel} from './tensorflow/hideOwnClass';
import type {NodeBackend} from './tensorflow/nodeBackend';
import {normalizeRowsKernel} from './tensorflow/normalizeRows';
import {ownAngleKernel} from './tensorflow/ownAngle';

/** ‖w_j‖ in one pass over W, by TensorFlow's own EuclideanNorm. */
function rowNorms({inputs, backend}: {inputs: tf.NamedTensorInfoMap; backend: unknown}): tf.TensorInfo {
  const node = backend as NodeBackend;
  const {TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT, TF_INT32} = node.binding;
  const axis = tf.tensor1d([1], 'int32');
  const attributes = [
    {name: 'keep_dims', type: TF_ATTR_BOOL, value: false},
    {name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT},
    {name: 'Tidx', type: TF_ATTR_TYPE, value: TF_INT32},
  ];
  const norms = node.executeSingleOutput('EuclideanNorm', attributes, [inputs.x as tf.TensorInfo, axis]);
  axis.dispose();
  return norms;
}

/**
 * Gives the native `tensorflow` backend this library's one-pass kernels. {@link useBackend} calls it.
 *
 * ```js
 * registerTensorflowKernels();
 * ```
 */
export function registerTensorflowKernels(): void {
  tf.registerKernel({kernelName: ROW_NORMS, backendName: 'tensorflow', kernelFunc: rowNorms});
  const marginKernels = [classWeightGradientKernel, hideOwnClassKernel, normalizeRowsKernel, ownAngleKernel];
  for (const kernel of [...batchNormKernels, ...marginKernels]) tf.registerKernel(kernel);
}
