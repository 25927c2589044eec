import {HeapFullError} from './heapFullError';

/** What is guarded of a module that Emscripten made. */
export interface EmscriptenModule {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Room that is left after each allocation, for what the module allocates itself: lists of shapes, and its table of tensors, which takes
 * 4 MB at half a million tensors.
 */
const reserve = 4 << 20;

/** Nothing that is allocated lies below address 16. A kernel that does not look whether its allocation failed writes there first. */
const canary = [0x1fc0cafe, 0x2afe5afe, 0x3fc0f00d, 0x0badf00d];

const guards = new WeakMap<EmscriptenModule, MemoryGuard>();

/**
 * Makes a full heap an error, and damage known.
 *
 * An allocator of Emscripten gives address 0 when it finds no room, and neither TensorFlow.js nor its kernels look: they write over what
 * lies at the start of the memory. With a guard such an allocation throws before anything is written. Damage that comes about all the same
 * is seen by four words at address 0, and from then on nothing is allocated, freed or read.
 */
export class MemoryGuard {
  private readonly malloc: (bytes: number) => number;
  private bytes: Uint8Array;
  private words: Int32Array;
  private damage: string | undefined;

  /** The guard of a module, which begins to watch with the first call. */
  static of(module: EmscriptenModule): MemoryGuard {
    const guard = guards.get(module) ?? new MemoryGuard(module);
    guards.set(module, guard);
    return guard;
  }

  private constructor(private readonly module: EmscriptenModule) {
    // The first call of either replaces it in the module by what the WebAssembly exports, which would take the guard off again.
    module._free(module._malloc(1));
    const {_malloc: malloc, _free: free} = module;
    this.malloc = malloc;
    module._malloc = bytes => {
      this.check();
      const address = malloc(bytes);
      if (address !== 0 && this.hasRoom(reserve)) return address;
      if (address !== 0) free(address);
      throw new HeapFullError(bytes);
    };
    module._free = address => {
      // Lists of the allocator that are overwritten may lead in circles.
      if (this.isSound) free(address);
    };
    this.bytes = module.HEAPU8;
    this.words = new Int32Array(this.bytes.buffer, 0, canary.length);
    this.words.set(canary);
  }

  /** Whether the memory is as the kernels left it, as far as can be seen. */
  get isSound(): boolean {
    const {HEAPU8: bytes} = this.module;
    // A memory that has grown has another view.
    if (this.bytes !== bytes) this.words = new Int32Array(bytes.buffer, 0, canary.length);
    this.bytes = bytes;
    const {words} = this;
    // Written out, as this runs several times for every kernel.
    if (
      words[0] !== canary[0] ||
      words[1] !== canary[1] ||
      words[2] !== canary[2] ||
      words[3] !== canary[3]
    ) {
      this.damage ??= 'has no room for what a kernel needs, which has written over other tensors';
    }
    return this.damage === undefined;
  }

  /** @throws If the memory is damaged. */
  check(): void {
    if (this.isSound) return;
    throw new Error(
      `The WebAssembly heap, at most 4 GB, ${this.damage}. No tensor of this backend can be trusted any more: start a new process, or load the ` +
        'page again, go on from the last checkpoint, and use smaller batches or fewer classes.',
    );
  }

  /** @throws {@link HeapFullError} if the heap has no room for so many bytes beside the reserve. */
  requireRoom(bytes: number): void {
    if (bytes > 0 && !this.hasRoom(bytes + reserve)) throw new HeapFullError(bytes);
  }

  /** Runs what works on the memory.
   *
   * @throws If the memory is damaged after it.
   */
  watch<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) this.distrust(error);
      throw error;
    } finally {
      this.check();
    }
  }

  /** Takes the memory for damaged from now on: something stopped in the midst of its work. */
  private distrust({message}: Error): void {
    if (!this.isSound) return;
    const why = this.hasRoom(reserve) ? 'may be damaged by' : 'has no room for';
    this.damage = `${why} a kernel that stopped in the midst of its work (${message})`;
  }

  private hasRoom(bytes: number): boolean {
    const address = this.malloc(bytes);
    if (address !== 0) this.module._free(address);
    return address !== 0;
  }
}
