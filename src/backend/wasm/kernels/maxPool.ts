import * as tf from '@tensorflow/tfjs-core';
import {pooling} from '../pooling';

/** The largest number of each window. */
export const maxPool = pooling(tf.MaxPool, 'maxPool');
