import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry, simdGeometry} from '../convolution';
import type {TrainingKernel} from '../trainingKernel';
import {padOrCrop, stuffZeros} from '../zeroStuffing';

interface Attributes extends ConvolutionAttributes {
  inputShape: [number, number, number, number];
}

/** Numbers the packed filter and one padded image take; see `assembly/conv2DBackpropInput.ts`. */
function scratchSize(info: tf.backend_util.Conv2DInfo): number {
  const {
    inHeight,
    inWidth,
    inChannels,
    outChannels,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padInfo,
  } = info;
  const height =
    Math.floor((inHeight - 1 + padInfo.top) / strideHeight) + Math.ceil(filterHeight / strideHeight);
  const width = Math.floor((inWidth - 1 + padInfo.left) / strideWidth) + Math.ceil(filterWidth / strideWidth);
  return (filterHeight * filterWidth * 8 * Math.ceil(inChannels / 8) + height * width) * outChannels;
}

/** The gradient of a convolution with respect to its input. */
export const conv2DBackpropInput: TrainingKernel = {
  kernelName: tf.Conv2DBackpropInput,

  simd(heap, {dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropInput, inputShape, filter.shape, attributes);
    const dx = heap.output(inputShape);
    const args = [...[dy, filter, dx].map(tensor => heap.address(tensor)), ...simdGeometry(info)];
    if (info.inChannels === 1) heap.simd.conv2DBackpropInputNarrow(...args);
    else heap.withScratch(scratchSize(info), scratch => heap.simd.conv2DBackpropInput(...args, scratch));
    return dx;
  },

  /** A forward convolution with the filter flipped and transposed, over `dy` with zeros between its pixels for the stride. */
  composed({dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropInput, inputShape, filter.shape, attributes);
    return tf.tidy(() => {
      const flipped = tf.transpose(tf.reverse(filter as tf.Tensor4D, [0, 1]), [0, 1, 3, 2]);
      return tf.conv2d(padOrCrop(stuffZeros(dy as tf.Tensor4D, info), info), flipped, 1, 'valid');
    });
  },
};
