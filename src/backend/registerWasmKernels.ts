import * as tf from '@tensorflow/tfjs-core';
import {guardBackend} from './wasm/guardBackend';

/**
 * Registers the training kernels that the WebAssembly backend lacks or runs slowly, and guards its memory: where the heap is full, an
 * error says so before anything is written.
 *
 * Import `@tensorflow/tfjs-backend-wasm` first. Repeated calls have no effect. `useBackend` calls it for you.
 *
 * @throws If the wasm backend has not been registered with TensorFlow.js.
 *
 * @example
 * ```js
 * import '@tensorflow/tfjs-backend-wasm';
 * await registerWasmKernels();
 * await tf.setBackend('wasm');
 * ```
 */
export async function registerWasmKernels(): Promise<void> {
  if (tf.findBackendFactory('wasm') === null) {
    throw new Error(
      "The wasm backend is not registered: import '@tensorflow/tfjs-backend-wasm' before registerWasmKernels(). " +
        'If it is not installed: npm i @tensorflow/tfjs-backend-wasm.',
    );
  }
  // The kernels are a quarter of the library, and other backends never need them.
  const {registerTrainingKernels} = await import('./wasm/registerTrainingKernels');
  await registerTrainingKernels();
  const running = tf.engine().registry.wasm;
  if (running) guardBackend(running);
}
