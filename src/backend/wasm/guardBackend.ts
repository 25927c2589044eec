import type * as tf from '@tensorflow/tfjs-core';
import {type EmscriptenModule, MemoryGuard} from './memoryGuard';

/** What TensorFlow.js adds to the module. */
const ofTensors = ['registerTensor', 'disposeData', 'dispose'] as const;

/** What is guarded of the WebAssembly backend. Some of it is not public, so each is checked before use. */
interface GuardedBackend extends tf.KernelBackend {
  wasm: EmscriptenModule & {tfjs: Record<(typeof ofTensors)[number], (...args: number[]) => void>};
}

const guards = new WeakMap<tf.KernelBackend, MemoryGuard | null>();

function isGuarded(backend: tf.KernelBackend): backend is GuardedBackend {
  const {wasm} = backend as Partial<GuardedBackend>;
  return (
    typeof wasm?._malloc === 'function' &&
    typeof wasm._free === 'function' &&
    wasm.HEAPU8 instanceof Uint8Array &&
    ofTensors.every(name => typeof wasm.tfjs?.[name] === 'function')
  );
}

/** Guards the memory of a WebAssembly backend. Gives undefined if it cannot be reached: another version, or another backend. */
export function guardBackend(backend: tf.KernelBackend): MemoryGuard | undefined {
  const known = guards.get(backend);
  if (known !== undefined) return known ?? undefined;
  const guard = isGuarded(backend) ? guarded(backend) : undefined;
  guards.set(backend, guard ?? null);
  return guard;
}

function guarded(backend: GuardedBackend): MemoryGuard {
  const guard = MemoryGuard.of(backend.wasm);
  const {readSync, wasm} = backend;
  backend.readSync = (...args) => {
    guard.check();
    return readSync.apply(backend, args);
  };
  const {tfjs} = wasm;
  const {registerTensor, disposeData, dispose} = tfjs;
  tfjs.registerTensor = (...args) => guard.watch(() => registerTensor(...args));
  // The module's own table of tensors may be overwritten.
  tfjs.disposeData = (...args) => void (guard.isSound && disposeData(...args));
  tfjs.dispose = () => void (guard.isSound && dispose());
  return guard;
}
