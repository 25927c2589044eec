import * as tf from '@tensorflow/tfjs-core';
import {channelRows, normalize} from '../channelRows';
import {computeAlike} from '../computeAlike';
import {computeByRow} from '../computeByRow';
import {convolve, convolveLater} from '../convolve';
import {isPerChannel, RECORD} from '../ending';
import type {Heap} from '../heap';
import type {WasmKernel} from '../wasmKernel';

/** `a + b` in one pass with the batch normalization or the convolution that `a` is, if its values have not been computed. */
function addToRecipe(heap: Heap, a: tf.TensorInfo, b: tf.TensorInfo, out: tf.TensorInfo): boolean {
  const normalization = heap.recipeOf(a, 'normalization');
  if (normalization !== undefined) {
    const {tensors, epsilon} = normalization;
    const {other, ...all} = heap.addresses({...tensors, other: b, y: out});
    const channels = tensors.x.shape.at(-1) as number;
    normalize(heap, channelRows(tf.util.sizeFromShape(a.shape), channels), all, epsilon, {other});
    return true;
  }
  const convolution = heap.recipeOf(a, 'convolution');
  if (convolution === undefined || convolution.depthwise || convolution.info.outChannels % RECORD !== 0)
    return false;
  convolve(heap, out, convolution, {other: b});
  return true;
}

/** The sum of tensors of one shape. */
function addAlike(heap: Heap, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const out = heap.output(a.shape);
  const differ = a.dataId !== b.dataId;
  if (differ && (addToRecipe(heap, b, a, out) || addToRecipe(heap, a, b, out))) return out;
  return computeAlike(heap, 'addTensors', a, b, out);
}

/** The sum of x and one number for each of its channels, such as a bias: with the convolution that x is, if nobody has read it. */
function addToChannels(heap: Heap, x: tf.TensorInfo, bias: tf.TensorInfo): tf.TensorInfo {
  const convolution = heap.recipeOf(x, 'convolution');
  const size = tf.util.sizeFromShape(bias.shape);
  if (convolution?.info.outChannels === size && convolution.tensors.bias === undefined) {
    return convolveLater(heap, {...convolution, tensors: {...convolution.tensors, bias}}, x.shape);
  }
  return computeByRow(heap, 'addToRows', x, bias);
}

/** Whether b has one number for each channel of x, and no more axes. */
const hasChannelsOf = (x: tf.TensorInfo, b: tf.TensorInfo): boolean =>
  b.shape.length > 0 && b.shape.length <= x.shape.length && isPerChannel(b, x.shape.at(-1) as number);

/**
 * Sums of tensors of one shape, such as those of residual blocks and of gradients that come together, and of a bias, on all threads: in
 * one pass with the convolution or batch normalization before it.
 */
export const add: WasmKernel = {
  kernelName: tf.Add,

  simd(heap, {a, b}) {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    if (tf.util.arraysEqual(a.shape, b.shape)) return addAlike(heap, a, b);
    if (hasChannelsOf(a, b)) return addToChannels(heap, a, b);
    if (hasChannelsOf(b, a)) return addToChannels(heap, b, a);
    return undefined;
  },
};
