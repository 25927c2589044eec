import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';
import {type Affine, affineOf} from './affine';
import type {LayerCall} from './layerCalls';

/** Kernel and bias of a convolution or a fully connected layer, the bias 0 where there was none. */
type Weights = [kernel: tf.Tensor, bias: tf.Tensor];

/**
 * K (a x + c) + b = (K a) x + (K c + b), K by its channels going in: the third axis of a convolution; of a fully connected
 * layer rows repeat the channels as often as there are places in a flattened image.
 */
function withBefore([kernel, bias]: Weights, {scale, offset}: Affine): Weights {
  const channels = scale.size;
  const out = kernel.shape[kernel.rank - 1];
  const byChannel = tf.reshape(kernel, [-1, channels, out]);
  const [factors, shifts] = [scale, offset].map(each => tf.reshape(each, [channels, 1]));
  const places = tf.sum(tf.mul(byChannel, shifts), 0);
  // The outputs of a depthwise convolution each read one channel, those of others all.
  const added = bias.size === out ? tf.sum(places, 0) : tf.reshape(places, [-1]);
  return [tf.reshape(tf.mul(byChannel, factors), kernel.shape), tf.add(bias, added)];
}

/** a (K x + b) + c = (a K) x + (a b + c), K by its channels going out. */
function withAfter([kernel, bias]: Weights, {scale, offset}: Affine): Weights {
  const outputs = tf.reshape(kernel, [-1, scale.size]);
  return [tf.reshape(tf.mul(outputs, scale), kernel.shape), tf.add(tf.mul(bias, scale), offset)];
}

/** The weights of a layer with what has been folded into it, in the order in which the layer with a bias has them. */
export function foldedWeights({layer, before, after}: LayerCall): tf.Tensor[] {
  const {kernel, depthwiseKernel, bias} = layer as unknown as Record<
    string,
    LayerVariable | null | undefined
  >;
  const own = (kernel ?? depthwiseKernel)?.read() as tf.Tensor;
  const [channels, multiplier] = own.shape.slice(-2);
  const width = depthwiseKernel ? channels * multiplier : multiplier;
  let weights: Weights = [own, bias?.read() ?? tf.zeros([width])];
  for (const norm of [...before].reverse()) weights = withBefore(weights, affineOf(norm));
  for (const norm of after) weights = withAfter(weights, affineOf(norm));
  return weights;
}
