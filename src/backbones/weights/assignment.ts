import type * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';

/** A value that a weight is to take; made in a tidy, one at a time, once everything is known to fit. */
export interface Assignment {
  variable: LayerVariable;
  value: () => tf.Tensor;
}
