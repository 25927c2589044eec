import * as tf from '@tensorflow/tfjs-core';
import {BatchError} from '../base/batchError';
import {guardBackend} from './wasm/guardBackend';

/** Errors of memory: of JavaScript, of WebAssembly, of its full heap. */
const ofMemory = ['RangeError', 'RuntimeError', 'HeapFullError'];

/**
 * Whether an error in the midst of a computation is known to have left all other tensors as they were. A batch that was
 * refused before it was computed with always has. Of all else only `cpu` and a guarded `wasm` can tell; a GPU that is lost gives zeros for
 * every tensor.
 */
export function leavesTensorsAlone(error: unknown): boolean {
  if (error instanceof BatchError) return true;
  if (error instanceof Error && ofMemory.includes(error.name)) return false;
  const name = tf.getBackend();
  return name === 'cpu' || (name === 'wasm' && guardBackend(tf.backend())?.isSound === true);
}
