import * as tf from '@tensorflow/tfjs-core';
import {fusedConvolution} from '../fusedConvolution';

/** A convolution with a bias and an activation, as networks without batch normalization have. */
export const fusedConv2D = fusedConvolution({fused: tf.FusedConv2D, plain: tf.Conv2D, depthwise: false});
