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

/** Of a filter of one pixel it is a matrix product, and TensorFlow's as such is up to twice as fast. */
function conv2DBackpropFilter({inputs: {x, dy}, attrs}: NodeKernelCall): tf.Tensor | undefined {
  const {strides, dataFormat, filterShape} = attrs as ConvolutionAttributes & {filterShape: number[]};
  const [height, width, from, to] = filterShape;
  const sameSize = x.shape[1] === dy.shape[1] && x.shape[2] === dy.shape[2];
  if (height * width !== 1 || !allOne(strides) || dataFormat === 'NCHW' || !sameSize) return undefined;
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(x, [-1, from]), tf.reshape(dy, [-1, to]), true, false);
    return tf.reshape(product, filterShape);
  });
}

/**
 * Of a filter of one pixel it is a matrix product. TensorFlow's gradient of it is wrong by a seventh on CPUs with AVX-512 from 512 channels
 * on (libtensorflow 2.x with oneDNN; right with `TF_ENABLE_ONEDNN_OPTS=0`).
 */
function conv2DBackpropInput({inputs: {dy, filter}, attrs}: NodeKernelCall): tf.Tensor | undefined {
  const {strides, dataFormat, inputShape} = attrs as ConvolutionAttributes & {inputShape: number[]};
  const [height, width, from, to] = filter.shape;
  const sameSize = inputShape[1] === dy.shape[1] && inputShape[2] === dy.shape[2];
  if (height * width !== 1 || !allOne(strides) || dataFormat === 'NCHW' || !sameSize) return undefined;
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(dy, [-1, to]), tf.reshape(filter, [from, to]), false, true);
    return tf.reshape(product, inputShape);
  });
}

/** At stride 1 with one filter a channel, the faster forward convolution of `dy` with the flipped filter. */
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

/** Gradients of convolutions that TensorFlow computes faster, or rightly, in another form. */
export const convolutionGradients: NodeKernel[] = [
  {kernelName: 'Conv2DBackpropFilter', kernelFunc: conv2DBackpropFilter},
  {kernelName: 'Conv2DBackpropInput', kernelFunc: conv2DBackpropInput},
  {kernelName: 'DepthwiseConv2dNativeBackpropInput', kernelFunc: depthwiseBackpropInput},
];
