import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type ConvolutionAttributes, convolutionGeometry} from '../convolutionGeometry';
import {repeatChannels} from '../repeatChannels';
import {stuffZeros} from '../stuffZeros';
import {outputBands} from '../threads/band';
import {runBands} from '../threads/runBands';
import {sumParts} from '../threads/sumParts';
import type {WasmKernel} from '../wasmKernel';

interface Attributes extends ConvolutionAttributes {
  filterShape: [number, number, number, number];
}

const kernelName = tf.DepthwiseConv2dNativeBackpropFilter;

/** The gradient of a depthwise convolution with respect to its filter. */
export const depthwiseConv2dNativeBackpropFilter: WasmKernel = {
  kernelName,

  simd(heap, {x, dy}, attrs) {
    const {filterShape, ...attributes} = attrs as Attributes;
    if (filterShape[3] !== 1) return undefined;
    const info = convolutionGeometry(kernelName, x.shape, filterShape, attributes, true);
    const dw = heap.output(filterShape);
    const all = heap.addresses({x, dy, dw});
    const bands = outputBands(info, {depthwise: true});
    sumParts(heap, bands.length, tf.util.sizeFromShape(filterShape), all.dw, part => {
      runBands(heap, 'depthwiseBackpropFilter', bands, (band, i) => ({
        x: advance(all.x, band.input),
        dy: advance(all.dy, band.output),
        dw: part(i),
      }));
    });
    return dw;
  },

  composed({x, dy}, attrs) {
    const {filterShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(kernelName, x.shape, filterShape, attributes, true);
    const [filterHeight, filterWidth, channels, multiplier] = filterShape;
    if (multiplier !== 1) {
      // With one channel per output and one filter each, the sums are the same.
      return tf.tidy(() => {
        const repeated = repeatChannels(x as tf.Tensor4D, multiplier);
        const shape = [filterHeight, filterWidth, channels * multiplier, 1];
        const dw = tf
          .engine()
          .runKernel(kernelName, {x: repeated, dy: dy as tf.Tensor}, {...attrs, filterShape: shape});
        return tf.reshape(dw as tf.Tensor, filterShape);
      });
    }
    return tf.tidy(() => {
      const {padInfo, batchSize, outHeight, outWidth, strideHeight, strideWidth} = info;
      const images = tf.pad(x as tf.Tensor4D, [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ]);
      const height = (outHeight - 1) * strideHeight + 1;
      const width = (outWidth - 1) * strideWidth + 1;
      const size: [number, number, number, number] = [batchSize, height, width, channels];
      const gradient = tf.slice(stuffZeros(dy as tf.Tensor4D, info), [0, 0, 0, 0], size);
      const taps = [];
      for (let ky = 0; ky < filterHeight; ky++) {
        for (let kx = 0; kx < filterWidth; kx++) {
          taps.push(
            tf.tidy(() => tf.sum(tf.mul(tf.slice(images, [0, ky, kx, 0], size), gradient), [0, 1, 2])),
          );
        }
      }
      return tf.reshape(tf.stack(taps), filterShape);
    });
  },
};
