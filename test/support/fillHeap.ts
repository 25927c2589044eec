import * as tf from '@tensorflow/tfjs-core';

interface WasmModule {
  asm: {malloc(bytes: number): number; free(address: number): void};
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
}

/** The Emscripten module of the wasm backend in use. */
export const wasmModule = (): WasmModule => (tf.backend() as unknown as {wasm: WasmModule}).wasm;

/**
 * Fills the heap of the wasm backend but for one free block, past every guard.
 *
 * @param left The bytes of that block.
 * @returns Frees what it has filled.
 */
export function fillHeap(left: number): () => void {
  const {malloc, free} = wasmModule().asm;
  const hole = left > 0 ? malloc(left) : 0;
  const filled: number[] = [];
  for (let size = 2 ** 30; size >= 16; ) {
    const address = malloc(size);
    if (address === 0) size /= 2;
    else filled.push(address);
  }
  if (hole !== 0) free(hole);
  return () => {
    for (const address of filled) free(address);
  };
}

/** Starts the wasm backend anew, with a memory of its own; tensors of the old one are lost. */
export async function freshWasm(): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  const {useBackend} = await import('face-margins');
  await useBackend('wasm');
}
