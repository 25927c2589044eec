import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry} from '../convolutionGeometry';
import {padOrCrop, stuffZeros} from '../stuffZeros';
import type {WasmKernel} from '../wasmKernel';

interface Attributes extends ConvolutionAttributes {
  inputShape: [number, number, number, number];
}

/** The gradient of a convolution with respect to its input. */
export const conv2DBackpropInput: WasmKernel = {
  kernelName: tf.Conv2DBackpropInput,

  simd(heap, {dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropInput, inputShape, filter.shape, attributes);
    const dx = heap.output(inputShape);
    const addresses = heap.addresses({dy, filter, dx});
    heap.withGeometry(info, geometry => {
      if (info.inChannels === 1) {
        heap.simd.conv2DBackpropInputNarrow({...addresses, geometry});
      } else {
        heap.withScratch(heap.simd.conv2DBackpropInputScratch({geometry}), scratch =>
          heap.simd.conv2DBackpropInput({...addresses, geometry, scratch}),
        );
      }
    });
    return dx;
  },

  /** A forward convolution of `dy` with the flipped and transposed filter; zeros between the pixels of `dy` replace the stride. */
  composed({dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropInput, inputShape, filter.shape, attributes);
    return tf.tidy(() => {
      const flipped = tf.transpose(tf.reverse(filter as tf.Tensor4D, [0, 1]), [0, 1, 3, 2]);
      return tf.conv2d(padOrCrop(stuffZeros(dy as tf.Tensor4D, info), info), flipped, 1, 'valid');
    });
  },
};
