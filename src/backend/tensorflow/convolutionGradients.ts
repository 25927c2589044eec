import * as tf from '@tensorflow/tfjs-core';
import type {NodeBackend, NodeKernel, NodeKernelCall} from './nodeBackend';
import {convolutionAttributes} from './operationAttributes';

interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'same' | 'valid' | number | object;
  dataFormat?: string;
  dilations?: number | [number, number];
}

const allOne = (numbers: number | number[] = 1) => [numbers].flat().every(number => number === 1);

/** Whether a convolution with this filter is a matrix product: each pixel by itself. */
function isPointwise(
  [height, width]: number[],
  {strides, dataFormat}: ConvolutionAttributes,
  x: number[],
  dy: number[],
) {
  const sameSize = x[1] === dy[1] && x[2] === dy[2];
  return height * width === 1 && allOne(strides) && dataFormat !== 'NCHW' && sameSize;
}

/** For a one-pixel filter, as a matrix product, which is up to twice as fast in TensorFlow. */
function conv2DBackpropFilter({inputs: {x, dy}, attrs}: NodeKernelCall): tf.Tensor | undefined {
  const {filterShape} = attrs as {filterShape: number[]};
  if (!isPointwise(filterShape, attrs as ConvolutionAttributes, x.shape, dy.shape)) return undefined;
  const [, , from, to] = filterShape;
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(x, [-1, from]), tf.reshape(dy, [-1, to]), true, false);
    return tf.reshape(product, filterShape);
  });
}

/**
 * The same for the input. TensorFlow's own was wrong by a seventh with 512 input channels on a CPU with AVX-512 (but right with 256, and
 * with `TF_ENABLE_ONEDNN_OPTS=0`).
 */
function conv2DBackpropInput({inputs: {dy, filter}, attrs}: NodeKernelCall): tf.Tensor | undefined {
  const {inputShape} = attrs as {inputShape: number[]};
  if (!isPointwise(filter.shape, attrs as ConvolutionAttributes, inputShape, dy.shape)) return undefined;
  const [, , from, to] = filter.shape;
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(dy, [-1, to]), tf.reshape(filter, [from, to]), false, true);
    return tf.reshape(product, inputShape);
  });
}

/** At stride 1 with one filter per channel, as the forward convolution of `dy` with the flipped filter, which is faster. */
function depthwiseBackpropInput({inputs: {dy, filter}, attrs, backend}: NodeKernelCall) {
  const {strides, pad, dilations} = attrs as ConvolutionAttributes;
  const node = backend as NodeBackend;
  const [height, width, , multiplier] = filter.shape;
  const symmetric = pad === 'same' && height % 2 === 1 && width % 2 === 1;
  if (!symmetric || !allOne(strides) || !allOne(dilations) || multiplier !== 1 || node.isUsingGpuDevice) {
    return undefined;
  }
  return tf.tidy(() =>
    node.executeSingleOutput('DepthwiseConv2dNative', convolutionAttributes(node, 'SAME'), [
      dy,
      tf.reverse(filter, [0, 1]),
    ]),
  );
}

/** Gradients of convolutions that TensorFlow computes faster, or correctly, in another form. */
export const convolutionGradients: NodeKernel[] = [
  {kernelName: 'Conv2DBackpropFilter', kernelFunc: conv2DBackpropFilter},
  {kernelName: 'Conv2DBackpropInput', kernelFunc: conv2DBackpropInput},
  {kernelName: 'DepthwiseConv2dNativeBackpropInput', kernelFunc: depthwiseBackpropInput},
];
