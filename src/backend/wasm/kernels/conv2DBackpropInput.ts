import * as tf from '@tensorflow/tfjs-core';
import {advance, NOWHERE} from '../address';
import {type ConvolutionAttributes, convolutionGeometry} from '../convolutionGeometry';
import {padOrCrop, stuffZeros} from '../stuffZeros';
import {type Band, inputBands, isPointwise} from '../threads/band';
import {runBands} from '../threads/runBands';
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
    const all = heap.addresses({dy, filter, dx});
    const bands = inputBands(info);
    const places = (band: Band) => ({dy: advance(all.dy, band.output), dx: advance(all.dx, band.input)});
    if (info.inChannels === 1) {
      runBands(heap, 'conv2DBackpropInputNarrow', bands, band => ({...places(band), filter: all.filter}));
      return dx;
    }
    heap.withGeometry(info, geometry => {
      const {simd} = heap;
      heap.withScratch(simd.conv2DBackpropInputPanels({geometry}), panels => {
        simd.packConv2DBackpropInput({filter: all.filter, panels, geometry});
        if (isPointwise(info)) {
          const {inChannels: columns, outChannels: depth} = info;
          const pieces = bands.map(band => ({
            a: advance(all.dy, band.output),
            panels,
            ending: NOWHERE,
            other: NOWHERE,
            out: advance(all.dx, band.input),
            rows: band.info.inWidth,
            columns,
            depth,
          }));
          heap.run('multiplyPanels', pieces);
          return;
        }
        runBands(
          heap,
          'conv2DBackpropInput',
          bands,
          band => ({...places(band), panels}),
          geometry => simd.conv2DBackpropInputScratch({geometry}),
        );
      });
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
