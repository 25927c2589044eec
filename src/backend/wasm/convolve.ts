import * as tf from '@tensorflow/tfjs-core';
import {type Address, advance, NOWHERE} from './address';
import {type Ending, withEnding} from './ending';
import type {Heap} from './heap';
import type {Convolution} from './recipe';
import {isPointwise, outputBands} from './threads/band';
import {runBands} from './threads/runBands';

/** Writes a convolution to y on all threads, and what follows it in the same pass. */
export function convolve(
  heap: Heap,
  y: tf.TensorInfo,
  {tensors, info, depthwise}: Convolution,
  next: Omit<Ending, 'bias'> = {},
): void {
  const {x, filter, bias} = tensors;
  const all = {
    ...heap.addresses({x, filter, y}),
    other: next.other === undefined ? NOWHERE : heap.address(next.other),
  };
  withEnding(heap, {...next, bias}, info.outChannels, ending => {
    if (depthwise) convolveDepthwise(heap, info, {...all, ending});
    else convolveAll(heap, info, {...all, ending});
  });
}

type Places = Record<'x' | 'filter' | 'y' | 'other' | 'ending', Address>;

function convolveDepthwise(heap: Heap, info: tf.backend_util.Conv2DInfo, all: Places): void {
  runBands(heap, 'depthwiseConv2D', outputBands(info, {depthwise: true}), ({input, output}) => ({
    x: advance(all.x, input),
    filter: all.filter,
    ending: all.ending,
    y: advance(all.y, output),
  }));
}

function convolveAll(heap: Heap, info: tf.backend_util.Conv2DInfo, all: Places): void {
  const bands = outputBands(info);
  const {ending} = all;
  const otherAt = (output: number) => (all.other === NOWHERE ? NOWHERE : advance(all.other, output));
  heap.withGeometry(info, geometry => {
    const {simd} = heap;
    heap.withScratch(simd.conv2DPanels({geometry}), panels => {
      simd.packConv2D({filter: all.filter, panels, geometry});
      const {inChannels: depth, outChannels: columns} = info;
      if (isPointwise(info)) {
        const pieces = bands.map(({info: {outWidth}, input, output}) => ({
          a: advance(all.x, input),
          panels,
          ending,
          other: otherAt(output),
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
        ({input, output}) => ({
          x: advance(all.x, input),
          panels,
          ending,
          other: otherAt(output),
          y: advance(all.y, output),
        }),
        geometry => simd.conv2DScratch({geometry}),
      );
    });
  });
}

/**
 * A convolution whose values are computed when they are read: most go into an activation or a sum, which computes them on its way. While
 * a gradient is recorded it is computed at once, for the gradient reads it too.
 */
export function convolveLater(heap: Heap, convolution: Convolution, shape?: number[]): tf.TensorInfo {
  const outShape = shape ?? convolution.info.outShape;
  if (tf.engine().state.gradientDepth === 0) {
    return heap.later(outShape, convolution, y => convolve(heap, y, convolution));
  }
  const y = heap.output(outShape);
  convolve(heap, y, convolution);
  return y;
}
