import * as tf from '@tensorflow/tfjs-core';
import {activation} from '../activation';

/** max(x, 0). */
export const relu = activation(tf.Relu, () => ({low: 0}));
