import * as tf from '@tensorflow/tfjs-core';
import {composedPreluGrad, PRELU_GRAD} from '../../../ops/layers/preluGrad';
import {repeatsLeadingAxes} from '../repeatsLeadingAxes';
import type {WasmKernel} from '../wasmKernel';

/** Both gradients of PReLU in one pass, if alpha repeats along leading axes of x only. */
export const preluGrad: WasmKernel = {
  kernelName: PRELU_GRAD,

  simd(heap, {x, dy, alpha}) {
    if (!repeatsLeadingAxes(alpha.shape, x.shape)) return undefined;
    const dx = heap.output(x.shape);
    const dalpha = heap.output(alpha.shape);
    const size = tf.util.sizeFromShape(alpha.shape);
    const rows = tf.util.sizeFromShape(x.shape) / size;
    heap.simd.preluGrad({...heap.addresses({x, dy, alpha, dx, dalpha}), rows, size});
    return [dx, dalpha];
  },

  composed({x, dy, alpha}) {
    return composedPreluGrad(x as tf.Tensor, dy as tf.Tensor, alpha as tf.Tensor);
  },
};
