import type * as tf from '@tensorflow/tfjs-core';
import {kernelModule} from './kernelModule.generated';

/** An export of the SIMD module: addresses are bytes from the start of the heap, sizes are counts. */
type SimdFunction = (...args: number[]) => void;

/** What of the WebAssembly backend the heap access uses. Not all of it is public, so every part is checked before use. */
interface WasmBackend extends tf.KernelBackend {
  wasm: {HEAPU8: Uint8Array; asm?: {memory?: WebAssembly.Memory}; wasmMemory?: WebAssembly.Memory};
  dataIdMap: {get(dataId: tf.DataId): {memoryOffset: number | null}};
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** The heap of one WebAssembly backend, with the SIMD kernels that work on its tensors in place. */
export class Heap {
  constructor(
    private readonly backend: WasmBackend,
    /** The exports of `assembly/index.ts`. */
    readonly simd: Record<string, SimdFunction>,
  ) {}

  /** Where a tensor's values begin, in bytes. */
  address({dataId, shape}: tf.TensorInfo): number {
    const {memoryOffset} = this.backend.dataIdMap.get(dataId);
    if (memoryOffset === null)
      throw new Error(`A tensor of shape [${shape}] holds strings: it has no address.`);
    return memoryOffset;
  }

  /** A new tensor whose values are yet to be written. */
  output(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    return this.backend.makeOutput(shape, dtype);
  }

  /** Calls `use` with the address of `count` float32 numbers that live until it returns. */
  withScratch(count: number, use: (address: number) => void): void {
    const scratch = this.output([count]);
    try {
      use(this.address(scratch));
    } finally {
      this.backend.disposeData(scratch.dataId);
    }
  }
}

const heaps = new WeakMap<tf.KernelBackend, Heap | null>();
let compiled: WebAssembly.Module | null | undefined;

function moduleBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernelModule), character => character.charCodeAt(0));
}

/**
 * Compiles the SIMD kernels ahead of their first use, because browsers may refuse to compile on the main thread
 * without awaiting. Without SIMD the heap counts as out of reach.
 */
export async function compileSimdKernels(): Promise<void> {
  if (compiled !== undefined) return;
  try {
    compiled = await WebAssembly.compile(moduleBytes());
  } catch {
    compiled = null;
  }
}

/** The memory of the backend's Emscripten module, or undefined where this version does not show it. */
function memoryOf(backend: Partial<WasmBackend>): WebAssembly.Memory | undefined {
  const {wasm, dataIdMap, makeOutput} = backend;
  const memory = wasm?.asm?.memory ?? wasm?.wasmMemory;
  const reachable =
    memory instanceof WebAssembly.Memory &&
    memory.buffer === wasm?.HEAPU8?.buffer &&
    memory.buffer instanceof ArrayBuffer &&
    typeof dataIdMap?.get === 'function' &&
    typeof makeOutput === 'function';
  return reachable ? memory : undefined;
}

/**
 * The heap of a WebAssembly backend, or undefined where it cannot be reached: another version of the backend, the
 * memory shared by threads, or no SIMD. Then the kernels composed from stock operations run instead.
 */
export function heapOf(backend: tf.KernelBackend): Heap | undefined {
  let heap = heaps.get(backend);
  if (heap === undefined) {
    heap = reach(backend as Partial<WasmBackend>) ?? null;
    heaps.set(backend, heap);
  }
  return heap ?? undefined;
}

function reach(backend: Partial<WasmBackend>): Heap | undefined {
  const memory = memoryOf(backend);
  if (memory === undefined || compiled === null) return undefined;
  try {
    compiled ??= new WebAssembly.Module(moduleBytes());
    const {exports} = new WebAssembly.Instance(compiled, {env: {memory}});
    return new Heap(backend as WasmBackend, exports as Record<string, SimdFunction>);
  } catch {
    return undefined;
  }
}
