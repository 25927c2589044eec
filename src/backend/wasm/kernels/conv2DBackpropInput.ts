import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry, simdGeometry} from '../convolution';
import type {TrainingKernel} from '../trainingKernel';
import {padOrCrop, stuffZeros} from '../zeroStuffing';

interface Attributes extends ConvolutionAttributes {
  inputShape: [number, number, number, number];
}

/** The gradient of a convolution with respect to its input. */
export const conv2DBackpropInput: TrainingKernel = {
  kernelName: tf.Conv2DBackpropInput,

  simd(heap, {dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropInput, inputShape, filter.shape, attributes);
    const {inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth, strideHeight, strideWidth} =
      info;
    const paddedHeight =
      Math.floor((inHeight - 1 + info.padInfo.top) / strideHeight) + Math.ceil(filterHeight / strideHeight);
    const paddedWidth =
      Math.floor((inWidth - 1 + info.padInfo.left) / strideWidth) + Math.ceil(filterWidth / strideWidth);
    const packedFilter = filterHeight * filterWidth * outChannels * 8 * Math.ceil(inChannels / 8);
    const dx = heap.output(inputShape);
    heap.withScratch(packedFilter + paddedHeight * paddedWidth * outChannels, scratch =>
      heap.simd.conv2DBackpropInput(
        heap.address(dy),
        heap.address(filter),
        heap.address(dx),
        ...simdGeometry(info),
        scratch,
      ),
    );
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
