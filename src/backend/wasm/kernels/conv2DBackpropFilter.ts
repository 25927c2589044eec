import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry} from '../convolutionGeometry';
import type {WasmKernel} from '../wasmKernel';

interface Attributes extends ConvolutionAttributes {
  filterShape: [number, number, number, number];
}

/** The gradient of a convolution with respect to its filter. */
export const conv2DBackpropFilter: WasmKernel = {
  kernelName: tf.Conv2DBackpropFilter,

  simd(heap, {x, dy}, attrs) {
    const {filterShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropFilter, x.shape, filterShape, attributes);
    const dw = heap.output(filterShape);
    const addresses = heap.addresses({x, dy, dw});
    heap.withGeometry(info, geometry => {
      if (info.inChannels % 4 === 0) {
        heap.simd.conv2DBackpropFilter({...addresses, geometry});
      } else {
        heap.withScratch(heap.simd.conv2DBackpropFilterNarrowScratch({geometry}), scratch =>
          heap.simd.conv2DBackpropFilterNarrow({...addresses, geometry, scratch}),
        );
      }
    });
    return dw;
  },

  /** Also a convolution: batch and channels are swapped, `dy` is the filter and the stride its dilation. */
  composed({x, dy}, attrs) {
    const {filterShape, ...attributes} = attrs as Attributes;
    const {padInfo, strideHeight, strideWidth} = convolutionGeometry(
      tf.Conv2DBackpropFilter,
      x.shape,
      filterShape,
      attributes,
    );
    return tf.tidy(() => {
      const images = tf.pad(x as tf.Tensor4D, [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ]);
      const channelsAsBatch = tf.transpose(images, [3, 1, 2, 0]);
      const outputs = tf.transpose(dy as tf.Tensor4D, [1, 2, 0, 3]);
      const perChannel = tf.conv2d(channelsAsBatch, outputs, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
      const [height, width, inChannels, outChannels] = filterShape;
      // A stride that does not divide the padded size leaves positions that belong to no tap.
      const perTap = tf.slice(perChannel, [0, 0, 0, 0], [inChannels, height, width, outChannels]);
      return tf.transpose(perTap, [1, 2, 0, 3]);
    });
  },
};
