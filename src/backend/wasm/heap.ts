import * as tf from '@tensorflow/tfjs-core';
import {type Address, addressAt} from './address';
import {DeferredTensors} from './deferredTensors';
import {HeapFullError} from './heapFullError';
import type {Recipe} from './recipe';
import {type Geometry, geometryFields, type SimdKernels} from './simdKernels.generated';
import {instantiateSimdKernels} from './simdModule';
import {type KernelArguments, type KernelName, type KernelRunner, oneThread} from './threads/kernelRunner';

/** The parts of the WebAssembly backend that the heap access uses. Some are not public, so each is checked before use. */
interface WasmBackend extends tf.KernelBackend {
  wasm: {HEAPU8: Uint8Array; asm?: {memory?: WebAssembly.Memory}; wasmMemory?: WebAssembly.Memory};
  dataIdMap: {get(dataId: tf.DataId): {memoryOffset: number | null}};
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** Numbers of a cache line: threads that write to the same one wait for each other. */
const LINE = 16;

/** The heap of one WebAssembly backend, with the SIMD kernels that work on its tensors in place. */
export class Heap {
  private runner: KernelRunner;
  private readonly deferred: DeferredTensors;

  constructor(
    private readonly backend: WasmBackend,
    readonly memory: WebAssembly.Memory,
    readonly simd: SimdKernels,
  ) {
    this.runner = oneThread(simd);
    this.deferred = new DeferredTensors(backend);
  }

  /** Kernels run there from now on. */
  runOn(runner: KernelRunner): void {
    this.runner = runner;
  }

  /** How many threads kernels run on. */
  get threads(): number {
    return this.runner.threads;
  }

  /** Runs a kernel once for each piece, on all threads, in any order. */
  run<Name extends KernelName>(name: Name, pieces: KernelArguments<Name>[]): void {
    this.runner.run(name, pieces);
  }

  /** Runs a kernel that needs `count` numbers of scratch, for each thread: any of them may take any piece. */
  runWithScratch<Name extends KernelName>(
    name: Name,
    count: number,
    pieces: Omit<KernelArguments<Name>, 'scratch'>[],
  ): void {
    const lines = Math.ceil(count / LINE);
    this.withScratch(lines * LINE * (pieces.length === 1 ? 1 : this.threads), address => {
      this.runner.run(name, pieces, {address, bytes: 4 * LINE * lines});
    });
  }

  /** The address of a tensor's values. */
  address(tensor: tf.TensorInfo): Address {
    return addressAt(this.offset(tensor));
  }

  /** A tensor's values in place, until the heap grows. */
  values(tensor: tf.TensorInfo): Float32Array;
  values(tensor: tf.TensorInfo, dtype: 'int32'): Int32Array;
  values(tensor: tf.TensorInfo, dtype?: 'int32'): Float32Array | Int32Array {
    const View = dtype === 'int32' ? Int32Array : Float32Array;
    return new View(this.memory.buffer, this.offset(tensor), tf.util.sizeFromShape(tensor.shape));
  }

  /** The addresses of several tensors' values. */
  addresses<Name extends string>(tensors: Record<Name, tf.TensorInfo>): Record<Name, Address> {
    const entries = Object.entries<tf.TensorInfo>(tensors);
    return Object.fromEntries(entries.map(([name, tensor]) => [name, this.address(tensor)])) as Record<
      Name,
      Address
    >;
  }

  /** A new tensor with uninitialized values. */
  output(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    const tensor = this.backend.makeOutput(shape, dtype);
    // The backend does not check its allocator's result; at address 0 its own data would be overwritten.
    if (this.offset(tensor) === 0) {
      throw new HeapFullError(`a tensor of shape [${shape}]`);
    }
    return tensor;
  }

  /** A copy of a tensor that shares its values. */
  shared({dataId, shape, dtype}: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    return {dataId, shape, dtype};
  }

  /** A tensor whose values `compute` writes when they are read. */
  later(shape: number[], recipe: Recipe, compute: (y: tf.TensorInfo) => void): tf.TensorInfo {
    const y = this.output(shape);
    this.deferred.defer(y, recipe, () => compute(y));
    return y;
  }

  /** What a tensor will be made of, if its values have not been computed. */
  recipeOf<Kind extends Recipe['kind']>(
    tensor: tf.TensorInfo,
    kind: Kind,
  ): Extract<Recipe, {kind: Kind}> | undefined {
    const recipe = this.deferred.of(tensor);
    return recipe?.kind === kind ? (recipe as Extract<Recipe, {kind: Kind}>) : undefined;
  }

  /** Computes the values of a tensor that are left for later. */
  settle({dataId}: tf.TensorInfo): void {
    this.deferred.settle(dataId);
  }

  /** Calls `use` with the address of `count` float32 numbers, valid until it returns. */
  withScratch(count: number, use: (scratch: Address) => void): void {
    this.using(this.output([count]), offset => use(addressAt(offset)));
  }

  /** Calls `use` with the address of a convolution's or pooling's geometry, valid until it returns. */
  withGeometry(info: tf.backend_util.Conv2DInfo, use: (geometry: Address<Geometry>) => void): void {
    this.withGeometries([info], ([geometry]) => use(geometry));
  }

  /** Calls `use` with the addresses of several geometries, valid until it returns. */
  withGeometries(infos: tf.backend_util.Conv2DInfo[], use: (geometries: Address<Geometry>[]) => void): void {
    const count = geometryFields.length;
    this.using(this.output([count * infos.length], 'int32'), offset => {
      const fields = new Int32Array(this.memory.buffer, offset, count * infos.length);
      for (const [i, info] of infos.entries()) {
        const geometry: Geometry = {...info, padTop: info.padInfo.top, padLeft: info.padInfo.left};
        fields.set(
          geometryFields.map(field => geometry[field]),
          count * i,
        );
      }
      use(infos.map((_, i) => addressAt(offset + 4 * count * i)));
    });
  }

  private offset({dataId, shape}: tf.TensorInfo): number {
    const {memoryOffset} = this.backend.dataIdMap.get(dataId);
    if (memoryOffset === null)
      throw new Error(`A tensor of shape [${shape}] holds strings: it has no address.`);
    return memoryOffset;
  }

  private using(tensor: tf.TensorInfo, use: (offset: number) => void): void {
    try {
      use(this.offset(tensor));
    } finally {
      this.backend.disposeData(tensor.dataId);
    }
  }
}

const heaps = new WeakMap<tf.KernelBackend, Heap | null>();

/** The memory of the backend's Emscripten module, or undefined if this version does not expose it. */
function memoryOf({wasm, dataIdMap, makeOutput}: Partial<WasmBackend>): WebAssembly.Memory | undefined {
  // The build with threads creates its memory; the others export it.
  const memory = wasm?.wasmMemory ?? wasm?.asm?.memory;
  const reachable =
    memory instanceof WebAssembly.Memory &&
    memory.buffer === wasm?.HEAPU8?.buffer &&
    typeof dataIdMap?.get === 'function' &&
    typeof makeOutput === 'function';
  return reachable ? memory : undefined;
}

/**
 * The heap of a WebAssembly backend, or undefined if it cannot be reached: another version of the backend, or no SIMD. Then kernels
 * composed of stock operations run instead.
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
  const simd = memory && instantiateSimdKernels(memory);
  return simd && new Heap(backend as WasmBackend, memory, simd);
}
