import * as tf from '@tensorflow/tfjs-core';
import {activation} from '../activation';

/** min(max(x, 0), 6). */
export const relu6 = activation(tf.Relu6, () => ({low: 0, high: 6}));
