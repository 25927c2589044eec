import * as tf from '@tensorflow/tfjs-core';

const hostBackends = new Set(['cpu', 'wasm', 'tensorflow']);

/** Whether the backend in use holds tensors in the host's memory, where reading a few labels costs nothing. A GPU would have to stop. */
export const inHostMemory = (): boolean => hostBackends.has(tf.getBackend());
