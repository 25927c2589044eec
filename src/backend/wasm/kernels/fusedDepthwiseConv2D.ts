import * as tf from '@tensorflow/tfjs-core';
import {fusedConvolution} from '../fusedConvolution';

/** A depthwise convolution with a bias and an activation, as networks without batch normalization have. */
export const fusedDepthwiseConv2D = fusedConvolution({
  fused: tf.FusedDepthwiseConv2D,
  plain: tf.DepthwiseConv2dNative,
  depthwise: true,
});
