import * as tf from '@tensorflow/tfjs-core';
import {activation} from '../activation';

/** x between two bounds, as layers of ReLU with a maximum have it. */
export const clipByValue = activation(tf.ClipByValue, attrs => {
  const {clipValueMin: low, clipValueMax: high} = attrs as tf.ClipByValueAttrs;
  return {low, high};
});
