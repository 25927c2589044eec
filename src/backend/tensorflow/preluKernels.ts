import * as tf from '@tensorflow/tfjs-core';
import {composedPreluGrad, PRELU_GRAD} from '../../ops/layers/preluGrad';
import type {NodeBackend, NodeKernel, NodeKernelCall} from './nodeBackend';
import {convolutionAttributes, operationAttributes, reshaped, shapeAsImages} from './operationAttributes';

/** One slope per channel, the last axis. */
function isPerChannel(alpha: tf.Tensor, x: tf.Tensor): boolean {
  return x.rank > 0 && alpha.size === x.shape[x.rank - 1] && alpha.shape[alpha.rank - 1] === alpha.size;
}

function selectPositive(node: NodeBackend, x: tf.Tensor, positive: tf.Tensor, other: tf.Tensor): tf.Tensor {
  const type = operationAttributes(node).float32();
  const mask = node.executeSingleOutput('Greater', [type], [x, tf.scalar(0)]);
  return node.executeSingleOutput('Select', [type], [mask, positive, other]);
}

/** Two passes if no slope exceeds 1, three otherwise; TensorFlow.js' own kernel takes six. */
function prelu({inputs: {x, alpha}, backend}: NodeKernelCall): tf.Tensor | undefined {
  const node = backend as NodeBackend;
  if (x.dtype !== 'float32' || alpha.dtype !== 'float32' || x.rank === 0) return undefined;
  const type = operationAttributes(node).float32();
  return tf.tidy(() => {
    const scaled = node.executeSingleOutput('Mul', [type], [x, alpha]);
    // A GPU would have to wait until its slopes are read.
    const gentle =
      !node.isUsingGpuDevice && (node.readSync(alpha.dataId) as Float32Array).every(slope => slope <= 1);
    return gentle
      ? node.executeSingleOutput('Maximum', [type], [x, scaled])
      : selectPositive(node, x, x, scaled);
  });
}

/** Σ a b of every channel in one pass, as the gradient of a one-pixel depthwise filter. */
function channelProducts(node: NodeBackend, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const shape = shapeAsImages(a);
  return node.executeSingleOutput(
    'DepthwiseConv2dNativeBackpropFilter',
    convolutionAttributes(node, 'VALID'),
    [reshaped(a, shape), tf.tensor1d([1, 1, shape[3], 1], 'int32'), reshaped(b, shape)],
  );
}

function preluGrad({inputs: {x, dy, alpha}, backend}: NodeKernelCall): tf.Tensor[] {
  const node = backend as NodeBackend;
  if (node.isUsingGpuDevice || !isPerChannel(alpha, x)) return composedPreluGrad(x, dy, alpha);
  const type = operationAttributes(node).float32();
  return tf.tidy(() => {
    const negative = node.executeSingleOutput('Minimum', [type], [x, tf.scalar(0)]);
    const dalpha = tf.reshape(channelProducts(node, negative, dy), alpha.shape);
    negative.dispose();
    const scaled = node.executeSingleOutput('Mul', [type], [dy, alpha]);
    return [selectPositive(node, x, dy, scaled), dalpha];
  });
}

/** PReLU and its gradients in a few passes of TensorFlow's operations. */
export const preluKernels: NodeKernel[] = [
  {kernelName: 'Prelu', kernelFunc: prelu},
  {kernelName: PRELU_GRAD, kernelFunc: preluGrad},
];
