import * as tf from '@tensorflow/tfjs-core';
import {disposerFor} from './disposerFor';

type Kernel = 'Add' | 'Conv2D' | 'DepthwiseConv2dNative' | 'PadV2';

const nameOf = (kernelName: Kernel) => `FaceMarginsMemorySaving${kernelName}`;

/** TensorFlow.js' own kernel under our name, looked up at every call, so that a kernel registered later is used. */
function registerKernel(kernelName: Kernel, backendName: string): void {
  tf.registerKernel({
    kernelName: nameOf(kernelName),
    backendName,
    kernelFunc: args => {
      const kernel = tf.getKernel(kernelName, backendName);
      if (kernel === undefined) throw new Error(`The ${backendName} backend has no kernel ${kernelName}.`);
      return kernel.kernelFunc(args);
    },
  });
}

/** TensorFlow.js' own gradient; the last of its parts to be computed frees what all of them have used. */
function registerGradient(kernelName: Kernel): void {
  const stock = tf.getGradient(kernelName);
  if (stock === undefined) {
    throw new Error(
      `TensorFlow.js has no gradient of ${kernelName} registered: import '@tensorflow/tfjs-layers' or '@tensorflow/tfjs' first.`,
    );
  }
  tf.registerGradient({
    ...stock,
    kernelName: nameOf(kernelName),
    gradFunc: (dy, saved, attrs) => {
      const free = disposerFor(dy as tf.Tensor, saved);
      const parts = Object.entries(stock.gradFunc(dy, saved, attrs));
      let left = parts.length;
      const countedDown = parts.map(([input, gradient]) => [
        input,
        () => {
          const value = gradient();
          if (--left === 0) free();
          return value;
        },
      ]);
      return Object.fromEntries(countedDown);
    },
  });
}

/**
 * Runs a kernel of TensorFlow.js with its own gradient, except that the backward pass frees the tensors that it saved
 * and the incoming gradient as soon as both are used.
 *
 * @example
 * ```js
 * const sum = runMemorySavingKernel('Add', {a: tf.ones([2]), b: tf.ones([2])});
 * ```
 */
export function runMemorySavingKernel(
  kernelName: Kernel,
  inputs: tf.NamedTensorMap,
  attrs?: object,
): tf.Tensor {
  const name = nameOf(kernelName);
  if (tf.getGradient(name) === undefined) registerGradient(kernelName);
  if (tf.getKernel(name, tf.getBackend()) === undefined) registerKernel(kernelName, tf.getBackend());
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
}
