import * as tf from '@tensorflow/tfjs-core';

/** The arguments of a kernel. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** A kernel that precedes the backend's own, if it has one. If it returns undefined, the backend's own runs. */
export type Replacement = (call: KernelCall, stock?: tf.KernelFunc) => ReturnType<tf.KernelFunc> | undefined;

const replaced = new WeakSet<tf.KernelConfig>();

/** Puts a kernel before the backend's own of the same name. Repeated calls have no effect. */
export function replaceKernel(kernelName: string, backendName: string, replacement: Replacement): void {
  const stock = tf.getKernel(kernelName, backendName);
  if (stock !== undefined) {
    if (replaced.has(stock)) return;
    // TensorFlow.js warns when a kernel is registered twice.
    tf.unregisterKernel(kernelName, backendName);
  }
  const config: tf.KernelConfig = {
    // The stock kernel may still run, so keep its setup at the backend's start.
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
