import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type ConvolutionAttributes, convolutionGeometry, isDilated} from '../convolutionGeometry';
import {isPointwise, outputBands} from '../threads/band';
import {runBands} from '../threads/runBands';
import type {WasmKernel} from '../wasmKernel';

/** A convolution on all threads. The backend's own kernel covers dilation. */
export const conv2D: WasmKernel = {
  kernelName: tf.Conv2D,

  simd(heap, {x, filter}, attrs) {
    if (isDilated(attrs as ConvolutionAttributes)) return undefined;
    const info = convolutionGeometry(tf.Conv2D, x.shape, filter.shape, attrs as ConvolutionAttributes);
    const y = heap.output(info.outShape);
    const all = heap.addresses({x, filter, y});
    const bands = outputBands(info);
    heap.withGeometry(info, geometry => {
      const {simd} = heap;
      heap.withScratch(simd.conv2DPanels({geometry}), panels => {
        simd.packConv2D({filter: all.filter, panels, geometry});
        const {inChannels: depth, outChannels: columns} = info;
        if (isPointwise(info)) {
          const pieces = bands.map(({info: {outWidth}, input, output}) => ({
            a: advance(all.x, input),
            panels,
            out: advance(all.y, output),
            rows: outWidth,
            columns,
            depth,
          }));
          heap.run('multiplyPanels', pieces);
          return;
        }
        runBands(
          heap,
          'conv2D',
          bands,
          ({input, output}) => ({x: advance(all.x, input), panels, y: advance(all.y, output)}),
          geometry => simd.conv2DScratch({geometry}),
        );
      });
    });
    return y;
  },
};
