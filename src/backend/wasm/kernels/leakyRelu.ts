import * as tf from '@tensorflow/tfjs-core';
import {activation} from '../activation';

/** x where x > 0, else x times one slope. */
export const leakyRelu = activation(tf.LeakyRelu, attrs => ({slope: (attrs as tf.LeakyReluAttrs).alpha}));
