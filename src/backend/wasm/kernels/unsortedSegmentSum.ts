import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/** Sums rows by segment, the gradient of `gather`. Rows whose id is negative or past the last segment are dropped. */
export const unsortedSegmentSum: WasmKernel = {
  kernelName: tf.UnsortedSegmentSum,

  simd(heap, {x, segmentIds}, attrs) {
    const {numSegments} = attrs as tf.UnsortedSegmentSumAttrs;
    if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32') return undefined;
    const rows = tf.util.sizeFromShape(segmentIds.shape);
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const out = heap.output([numSegments, ...rowShape]);
    const rowFloats = tf.util.sizeFromShape(rowShape);
    const all = heap.addresses({x, ids: segmentIds, out});
    heap.run(
      'unsortedSegmentSum',
      split(numSegments, rowFloats).map(({first, count}) => ({
        ...all,
        out: advance(all.out, 4 * first * rowFloats),
        rows,
        rowFloats,
        first,
        segments: count,
      })),
    );
    return out;
  },

  composed({x, segmentIds}, attrs) {
    const {numSegments} = attrs as tf.UnsortedSegmentSumAttrs;
    return tf.tidy(() => {
      const ids = tf.reshape(tf.cast(segmentIds as tf.Tensor, 'int32'), [-1]);
      const rowShape = x.shape.slice(segmentIds.shape.length);
      const rows = tf.reshape(tf.cast(x as tf.Tensor, 'float32'), [
        ids.size,
        tf.util.sizeFromShape(rowShape),
      ]);
      const sums = tf.matMul(tf.transpose(tf.cast(tf.oneHot(ids, numSegments), 'float32')), rows);
      return tf.cast(tf.reshape(sums, [numSegments, ...rowShape]), x.dtype as 'float32' | 'int32');
    });
  },
};
