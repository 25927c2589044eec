import * as tf from '@tensorflow/tfjs-core';
import {guardBackend} from './wasm/guardBackend';

/** Errors of memory: of JavaScript, of WebAssembly, of its full heap. */
const ofMemory = ['RangeError', 'RuntimeError', 'HeapFullError'];

/**
 * Whether an error in the midst of a computation is known to have left all other tensors as they were. Only `cpu` and a guarded `wasm` can
 * tell; a GPU that is lost gives zeros for every tensor.
 */
export function leavesTensorsAlone(error: unknown): boolean {
  if (error instanceof Error && ofMemory.includes(error.name)) return false;
  const name = tf.getBackend();
  return name === 'cpu' || (name === 'wasm' && guardBackend(tf.backend())?.isSound === true);
}
