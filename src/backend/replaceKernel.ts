import * as tf from '@tensorflow/tfjs-core';

/** What TensorFlow.js calls a kernel with. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** A kernel to put before the backend's own, if it has one. Undefined leaves the call to that. */
export type Replacement = (call: KernelCall, stock?: tf.KernelFunc) => ReturnType<tf.KernelFunc> | undefined;

const replaced = new WeakSet<tf.KernelConfig>();

/** Puts a kernel before a backend's own of that name. Doing it again does nothing. */
export function replaceKernel(kernelName: string, backendName: string, replacement: Replacement): void {
  const stock = tf.getKernel(kernelName, backendName);
  if (stock !== undefined) {
    if (replaced.has(stock)) return;
    // TensorFlow.js warns when a kernel is registered twice.
    tf.unregisterKernel(kernelName, backendName);
  }
  const config: tf.KernelConfig = {
    // The stock kernel may still be asked, so it keeps its set-up when the backend starts.
    ...stock,
    kernelName,
    backendName,
    kernelFunc: call => {
      const result = replacement(call, stock?.kernelFunc) ?? stock?.kernelFunc(call);
      if (result === undefined) {
        throw new Error(`${kernelName} on the ${backendName} backend does not support these inputs.`);
      }
      return result;
    },
  };
  tf.registerKernel(config);
  replaced.add(config);
}
