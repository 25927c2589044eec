import * as tf from '@tensorflow/tfjs-core';
import {advance} from '../address';
import {channelRows, normalize} from '../channelRows';
import {convolve} from '../convolve';
import {isPerChannel} from '../ending';
import {repeatsLeadingAxes} from '../repeatsLeadingAxes';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

/**
 * PReLU on all threads, in one pass with the convolution or batch normalization before it; and, composed, for an alpha that does not repeat
 * along leading axes only, for which the backend's own kernel is wrong (4.22.0).
 */
export const prelu: WasmKernel = {
  kernelName: tf.Prelu,

  simd(heap, {x, alpha}) {
    const size = tf.util.sizeFromShape(alpha.shape);
    // A vector takes four slopes.
    if (size < 4 || x.dtype !== 'float32' || !repeatsLeadingAxes(alpha.shape, x.shape)) return undefined;
    const y = heap.output(x.shape);
    const convolution = heap.recipeOf(x, 'convolution');
    if (convolution !== undefined && isPerChannel(alpha, convolution.info.outChannels)) {
      convolve(heap, y, convolution, {alpha});
      return y;
    }
    const normalization = heap.recipeOf(x, 'normalization');
    if (normalization?.tensors.scale.shape.at(-1) === size) {
      const {tensors, epsilon} = normalization;
      const {alpha: slopes, ...all} = heap.addresses({...tensors, alpha, y});
      normalize(heap, channelRows(tf.util.sizeFromShape(x.shape), size), all, epsilon, {alpha: slopes});
      return y;
    }
    const all = heap.addresses({x, alpha, y});
    const rows = split(tf.util.sizeFromShape(x.shape) / size, 2 * size);
    heap.run(
      'prelu',
      rows.map(({first, count}) => ({
        x: advance(all.x, 4 * first * size),
        alpha: all.alpha,
        y: advance(all.y, 4 * first * size),
        rows: count,
        size,
      })),
    );
    return y;
  },

  composed({x, alpha}) {
    if (repeatsLeadingAxes(alpha.shape, x.shape)) return undefined;
    return tf.tidy(() => {
      const positive = tf.relu(x as tf.Tensor);
      return tf.add(positive, tf.mul(alpha as tf.Tensor, tf.sub(x as tf.Tensor, positive)));
    });
  },
};
