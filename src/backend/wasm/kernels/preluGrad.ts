import * as tf from '@tensorflow/tfjs-core';
import {composedPreluGrad, PRELU_GRAD} from '../../../ops/layers/preluGrad';
import {advance} from '../address';
import {repeatsLeadingAxes} from '../repeatsLeadingAxes';
import {MOST_PIECES, split} from '../threads/piece';
import {sumParts} from '../threads/sumParts';
import type {WasmKernel} from '../wasmKernel';

/** Numbers that the sums of all parts take at most. */
const MOST_NUMBERS = 1 << 20;

/** Both gradients of PReLU in one pass, if alpha repeats along leading axes of x only. */
export const preluGrad: WasmKernel = {
  kernelName: PRELU_GRAD,

  simd(heap, {x, dy, alpha}) {
    if (!repeatsLeadingAxes(alpha.shape, x.shape)) return undefined;
    const dx = heap.output(x.shape);
    const dalpha = heap.output(alpha.shape);
    const size = tf.util.sizeFromShape(alpha.shape);
    const rows = tf.util.sizeFromShape(x.shape) / size;
    const all = heap.addresses({x, dy, alpha, dx, dalpha});
    // Sums of a part take as much as a slope of every number; a slope a pixel has as many as an image.
    const parts = split(rows, 3 * size, Math.min(MOST_PIECES, Math.ceil(MOST_NUMBERS / size)));
    sumParts(heap, parts.length, size, all.dalpha, part => {
      heap.run(
        'preluGrad',
        parts.map(({first, count}, i) => ({
          x: advance(all.x, 4 * first * size),
          dy: advance(all.dy, 4 * first * size),
          alpha: all.alpha,
          dx: advance(all.dx, 4 * first * size),
          dalpha: part(i),
          rows: count,
          size,
        })),
      );
    });
    return [dx, dalpha];
  },

  composed({x, dy, alpha}) {
    return composedPreluGrad(x as tf.Tensor, dy as tf.Tensor, alpha as tf.Tensor);
  },
};
