import * as tf from '@tensorflow/tfjs-core';
import {repeatsLeadingAxes} from '../repeatsLeadingAxes';
import type {WasmKernel} from '../wasmKernel';

/** PReLU for an alpha that does not repeat along leading axes only: the backend's own kernel is wrong for it (4.22.0). */
export const prelu: WasmKernel = {
  kernelName: tf.Prelu,

  composed({x, alpha}) {
    if (repeatsLeadingAxes(alpha.shape, x.shape)) return undefined;
    return tf.tidy(() => {
      const positive = tf.relu(x as tf.Tensor);
      return tf.add(positive, tf.mul(alpha as tf.Tensor, tf.sub(x as tf.Tensor, positive)));
    });
  },
};
