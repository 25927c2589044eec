import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type ConvolutionAttributes, convolutionGeometry} from '../convolutionGeometry';
import {padOrCrop, stuffZeros} from '../stuffZeros';
import {inputBands} from '../threads/band';
import {runBands} from '../threads/runBands';
import type {WasmKernel} from '../wasmKernel';

interface Attributes extends ConvolutionAttributes {
  inputShape: [number, number, number, number];
}

const kernelName = tf.DepthwiseConv2dNativeBackpropInput;

/** The gradient of a depthwise convolution with respect to its input. */
export const depthwiseConv2dNativeBackpropInput: WasmKernel = {
  kernelName,

  simd(heap, {dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    if (filter.shape[3] !== 1) return undefined;
    const info = convolutionGeometry(kernelName, inputShape, filter.shape, attributes, true);
    const dx = heap.output(inputShape);
    const all = heap.addresses({dy, filter, dx});
    runBands(heap, 'depthwiseBackpropInput', inputBands(info, {depthwise: true}), band => ({
      dy: advance(all.dy, band.output),
      filter: all.filter,
      dx: advance(all.dx, band.input),
    }));
    return dx;
  },

  composed({dy, filter}, attrs) {
    const {inputShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(kernelName, inputShape, filter.shape, attributes, true);
    const [filterHeight, filterWidth, channels, multiplier] = filter.shape;
    if (multiplier !== 1) {
      // With one channel per output and one filter each; each input then sums its copies.
      return tf.tidy(() => {
        const [batch, height, width] = inputShape;
        const dx = tf.engine().runKernel(
          kernelName,
          {
            dy: dy as tf.Tensor,
            filter: tf.reshape(filter as tf.Tensor, [filterHeight, filterWidth, channels * multiplier, 1]),
          },
          {...attrs, inputShape: [batch, height, width, channels * multiplier]},
        );
        return tf.reshape(tf.sum(tf.reshape(dx as tf.Tensor, [-1, multiplier]), 1), inputShape);
      });
    }
    return tf.tidy(() => {
      const flipped = tf.reverse(filter as tf.Tensor4D, [0, 1]);
      return tf.depthwiseConv2d(padOrCrop(stuffZeros(dy as tf.Tensor4D, info), info), flipped, 1, 'valid');
    });
  },
};
