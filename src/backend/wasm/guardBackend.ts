import type * as tf from '@tensorflow/tfjs-core';
import {type EmscriptenModule, MemoryGuard} from './memoryGuard';

/** What is guarded of the WebAssembly backend. Some of it is not public, so each is checked before use. */
interface GuardedBackend extends tf.KernelBackend {
  wasm: EmscriptenModule & {tfjs: Record<'registerTensor' | 'disposeData', (...args: number[]) => void>};
}

const guards = new WeakMap<tf.KernelBackend, MemoryGuard | null>();

function isGuarded(backend: tf.KernelBackend): backend is GuardedBackend {
  const {wasm} = backend as Partial<GuardedBackend>;
  return (
    typeof wasm?._malloc === 'function' &&
    typeof wasm._free === 'function' &&
    wasm.HEAPU8 instanceof Uint8Array &&
    typeof wasm.tfjs?.registerTensor === 'function' &&
    typeof wasm.tfjs.disposeData === 'function'
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
  const {registerTensor, disposeData} = wasm.tfjs;
  wasm.tfjs.registerTensor = (...args) => guard.watch(() => registerTensor(...args));
  wasm.tfjs.disposeData = (...args) => {
    // The module's own table of tensors may be overwritten.
    if (guard.isSound) disposeData(...args);
  };
  return guard;
}
