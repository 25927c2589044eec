import * as tf from '@tensorflow/tfjs-core';
import type {WasmKernel} from '../wasmKernel';

/** Rows of a tensor by their numbers, such as the class weights of a batch: a copy of each, which the stock kernel makes number by number. */
export const gatherV2: WasmKernel = {
  kernelName: tf.GatherV2,

  simd(heap, {x, indices}, attrs) {
    const {axis, batchDims} = attrs as tf.GatherV2Attrs;
    if (x.dtype !== 'float32' || indices.dtype !== 'int32' || x.shape.length === 0) return undefined;
    if (tf.util.parseAxisParam(axis, x.shape)[0] !== 0 || batchDims !== 0) return undefined;
    const [rows, ...rowShape] = x.shape;
    const size = tf.util.sizeFromShape(rowShape);
    for (const index of heap.values(indices, 'int32')) {
      tf.util.assert(
        index >= 0 && index < rows,
        () => `GatherV2: the index value ${index} is not in [0, ${rows - 1}]`,
      );
    }
    const out = heap.output([...indices.shape, ...rowShape]);
    const [from, to] = [heap.values(x), heap.values(out)];
    heap.values(indices, 'int32').forEach((index, i) => {
      to.set(from.subarray(index * size, (index + 1) * size), i * size);
    });
    return out;
  },
};
