import * as tf from '@tensorflow/tfjs-core';
import {pooling} from '../pooling';

/** The mean of the pixels that each window covers. */
export const avgPool = pooling(tf.AvgPool, 'avgPool');
