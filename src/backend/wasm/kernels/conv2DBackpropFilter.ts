import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {type ConvolutionAttributes, convolutionGeometry} from '../convolutionGeometry';
import {type Band, outputBands} from '../threads/band';
import {MOST_PIECES} from '../threads/piece';
import {runBands} from '../threads/runBands';
import {sumParts} from '../threads/sumParts';
import type {WasmKernel} from '../wasmKernel';

interface Attributes extends ConvolutionAttributes {
  filterShape: [number, number, number, number];
}

/** Parts of the output whose sums are kept apart at most, and the numbers that they may take: 16 MB. */
const MOST_PARTS = 16;
const MOST_NUMBERS = 1 << 22;

/** Channels of a block of the gradient: those that the kernel takes together. */
const BLOCK = 64;

/** Blocks of the gradient, which can be computed each by itself. */
function filterBlocks({inChannels, outChannels}: tf.backend_util.Conv2DInfo) {
  const starts = (channels: number) => Array.from({length: Math.ceil(channels / BLOCK)}, (_, i) => BLOCK * i);
  return starts(inChannels).flatMap(firstIn =>
    starts(outChannels).map(firstOut => ({
      firstIn,
      inCount: Math.min(BLOCK, inChannels - firstIn),
      firstOut,
      outCount: Math.min(BLOCK, outChannels - firstOut),
    })),
  );
}

/** The gradient of a convolution with respect to its filter. */
export const conv2DBackpropFilter: WasmKernel = {
  kernelName: tf.Conv2DBackpropFilter,

  simd(heap, {x, dy}, attrs) {
    const {filterShape, ...attributes} = attrs as Attributes;
    const info = convolutionGeometry(tf.Conv2DBackpropFilter, x.shape, filterShape, attributes);
    const dw = heap.output(filterShape);
    const all = heap.addresses({x, dy, dw});
    const wide = info.inChannels % 4 === 0;
    const size = tf.util.sizeFromShape(filterShape);
    const blocks = wide ? filterBlocks(info) : [];
    const most = Math.min(
      MOST_PARTS,
      Math.floor(MOST_NUMBERS / size),
      Math.ceil(MOST_PIECES / blocks.length),
    );
    const bands = outputBands(info, {most: Math.max(1, most)});
    const places = (band: Band) => ({x: advance(all.x, band.input), dy: advance(all.dy, band.output)});
    sumParts(heap, bands.length, size, all.dw, part => {
      if (wide) {
        const pieces = bands.flatMap((band, i) => blocks.map(block => ({band, part: part(i), block})));
        runBands(
          heap,
          'conv2DBackpropFilter',
          pieces.map(({band}) => band),
          (band, i) => ({...places(band), dw: pieces[i].part, ...pieces[i].block}),
        );
      } else {
        runBands(
          heap,
          'conv2DBackpropFilterNarrow',
          bands,
          (band, i) => ({...places(band), dw: part(i)}),
          geometry => heap.simd.conv2DBackpropFilterNarrowScratch({geometry}),
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
