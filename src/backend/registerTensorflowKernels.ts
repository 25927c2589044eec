import * as tf from '@tensorflow/tfjs-core';
import {ROW_NORMS} from '../ops/rowNorms';
import {replaceKernel} from './replaceKernel';
import {batchNormInference, batchNormKernels} from './tensorflow/batchNormKernels';
import {classWeightGradientKernel} from './tensorflow/classWeightGradientKernel';
import {convolutionGradients} from './tensorflow/convolutionGradients';
import {hideTargetKernel} from './tensorflow/hideTargetKernel';
import {momentumStepKernel} from './tensorflow/momentumStepKernel';
import type {NodeBackend, NodeKernelCall} from './tensorflow/nodeBackend';
import {normalizeRowsKernel} from './tensorflow/normalizeRowsKernel';
import {preluKernels} from './tensorflow/preluKernels';
import {smallTensors} from './tensorflow/smallTensors';
import {targetAngleKernel} from './tensorflow/targetAngleKernel';

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
 * Registers this library's kernels on the native `tensorflow` backend: one-pass kernels for its own operations, and faster forms of
 * TensorFlow.js kernels on which training spends most time. Repeated calls have no effect. {@link useBackend} calls it.
 *
 * @example
 * ```js
 * registerTensorflowKernels();
 * ```
 */
export function registerTensorflowKernels(): void {
  const rowNormsKernel = {kernelName: ROW_NORMS, backendName: 'tensorflow', kernelFunc: rowNorms};
  const marginKernels = [classWeightGradientKernel, hideTargetKernel, normalizeRowsKernel, targetAngleKernel];
  for (const kernel of [rowNormsKernel, ...batchNormKernels, ...marginKernels, momentumStepKernel]) {
    // TensorFlow.js warns when a kernel is registered twice.
    if (tf.getKernel(kernel.kernelName, 'tensorflow') === undefined) tf.registerKernel(kernel);
  }
  const replacements = [batchNormInference, ...preluKernels, ...convolutionGradients, ...smallTensors];
  for (const {kernelName, kernelFunc} of replacements) {
    replaceKernel(kernelName, 'tensorflow', call => kernelFunc(call as unknown as NodeKernelCall));
  }
}
