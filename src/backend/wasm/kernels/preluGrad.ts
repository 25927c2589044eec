import * as tf from '@tensorflow/tfjs-core';
import {composedPreluGrad, preluGradKernelName} from '../../../ops/preluGrad';
import type {TrainingKernel} from '../trainingKernel';

/** Both gradients of PReLU in one pass, where alpha repeats along the leading axes of x only. */
export const preluGrad: TrainingKernel = {
  kernelName: preluGradKernelName,

  simd(heap, {x, dy, alpha}) {
    const size = tf.util.sizeFromShape(alpha.shape);
    const own = alpha.shape.slice(alpha.shape.findIndex(length => length !== 1));
    const repeatsLeadingAxes =
      size === 1 ? x.shape.at(-1) === 1 : own.every((length, i) => length === x.shape.at(i - own.length));
    if (!repeatsLeadingAxes) return undefined;
    const dx = heap.output(x.shape);
    const dalpha = heap.output(alpha.shape);
    const rows = tf.util.sizeFromShape(x.shape) / size;
    heap.simd.preluGrad(...[x, dy, alpha, dx, dalpha].map(tensor => heap.address(tensor)), rows, size);
    return [dx, dalpha];
  },

  composed({x, dy, alpha}) {
    return composedPreluGrad(x as tf.Tensor, dy as tf.Tensor, alpha as tf.Tensor);
  },
};
