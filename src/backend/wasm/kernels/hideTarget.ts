import type * as tf from '@tensorflow/tfjs-core';
import {composedHideTarget, HIDE_TARGET, MASK_OFFSET} from '../../../ops/margin/hideTarget';
import type {WasmKernel} from '../wasmKernel';

/** In the place of the logits, of which one number a row changes. */
export const hideTarget: WasmKernel = {
  kernelName: HIDE_TARGET,

  simd(heap, {logits, labels}) {
    const values = heap.values(logits);
    const classes = logits.shape[1];
    heap.values(labels, 'int32').forEach((label, i) => {
      // −1 hides nothing: another process has the class.
      if (label >= 0) values[i * classes + label] -= MASK_OFFSET;
    });
    return heap.shared(logits);
  },

  composed: ({logits, labels}) => composedHideTarget(logits as tf.Tensor2D, labels as tf.Tensor1D),
};
