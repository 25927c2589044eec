import type {Collective, CollectiveArray, Reduction} from '../base/collective';
import type {MpiAbi} from './mpiAbi';

type Koffi = typeof import('koffi')['default'];

const TYPES = ['Float32Array', 'Float64Array', 'Int32Array'] as const;

/** A text that a function of MPI writes, with its length. */
function textFrom(write: (text: Uint8Array, length: Int32Array) => number): string {
  const [text, length] = [new Uint8Array(8192), new Int32Array(1)];
  write(text, length);
  return new TextDecoder().decode(text.subarray(0, length[0]));
}

/** A collective whose processes exchange arrays by MPI, without a copy. */
export class MpiCollective implements Collective {
  readonly rank: number;
  readonly size: number;
  private readonly functions;
  private readonly world;
  private readonly types;
  private readonly reductions;
  private isClosed = false;

  /**
   * @param koffi Calls the library.
   * @param library Its name or path.
   * @param abi What its constants are.
   * @throws If the library cannot be loaded or is another MPI's, or MPI is open in this process already.
   */
  constructor(
    koffi: Koffi,
    library: string,
    private readonly abi: MpiAbi,
  ) {
    // Open MPI's parts are libraries of their own, and look for its symbols among the global ones.
    const loaded = koffi.load(library, {global: true});
    const {handle} = abi;
    const declare = (name: string, ...parameters: string[]) =>
      loaded.func(name, 'int', parameters) as unknown as (...args: unknown[]) => number;
    this.functions = {
      isOpen: declare('MPI_Initialized', 'void*'),
      open: declare('MPI_Init_thread', 'void*', 'void*', 'int', 'void*'),
      rank: declare('MPI_Comm_rank', handle, 'void*'),
      size: declare('MPI_Comm_size', handle, 'void*'),
      returnErrors: declare('MPI_Comm_set_errhandler', handle, handle),
      errorText: declare('MPI_Error_string', 'int', 'void*', 'void*'),
      allReduce: declare('MPI_Allreduce', 'void*', 'void*', 'int', handle, handle, handle),
      allGather: declare('MPI_Allgather', 'void*', 'int', handle, 'void*', 'int', handle, handle),
      reduceScatter: declare('MPI_Reduce_scatter_block', 'void*', 'void*', 'int', handle, handle, handle),
      broadcast: declare('MPI_Bcast', 'void*', 'int', handle, 'int', handle),
      barrier: declare('MPI_Barrier', handle),
      abort: declare('MPI_Abort', handle, 'int'),
      close: declare('MPI_Finalize'),
    };
    this.checkVersion(library, declare('MPI_Get_library_version', 'void*', 'void*'));
    const resolve = (constant: string | number | bigint) =>
      typeof constant === 'string' ? (loaded.symbol(constant) as bigint) : constant;
    this.world = resolve(abi.world);
    this.types = TYPES.map(name => resolve(abi.types[name]));
    this.reductions = {
      sum: resolve(abi.reductions.sum),
      max: resolve(abi.reductions.max),
      min: resolve(abi.reductions.min),
    };
    this.open(resolve(abi.errorsReturn));
    const number = (read: (world: unknown, into: Int32Array) => number) => {
      const value = new Int32Array(1);
      read(this.world, value);
      return value[0];
    };
    this.rank = number(this.functions.rank);
    this.size = number(this.functions.size);
  }

  /** What is asked before anything else: constants of another MPI would be addresses of nothing. */
  private checkVersion(library: string, read: (...args: unknown[]) => number): void {
    const {name, version: own} = this.abi;
    const version = textFrom((text, length) => read(text, length));
    if (own.test(version)) return;
    const [which] = version.replace(/\s+/g, ' ').split(',');
    throw new Error(
      `openCollective: library must be that of ${name}, whose launcher started this program, but ${library} is ${which.slice(0, 40)}.`,
    );
  }

  private open(errorsReturn: number | bigint): void {
    const {isOpen, open, returnErrors} = this.functions;
    const flag = new Int32Array(1);
    isOpen(flag);
    if (flag[0] !== 0)
      throw new Error('openCollective: MPI must be opened once in a process, but has been opened already.');
    // One thread calls MPI, MPI_THREAD_FUNNELED.
    open(null, null, 1, new Int32Array(1));
    returnErrors(this.world, errorsReturn);
  }

  allReduce<T extends CollectiveArray>(values: T, reduction: Reduction): T {
    const {allReduce} = this.functions;
    const [inPlace, type, how] = [this.abi.inPlace, this.typeOf(values), this.reductions[reduction]];
    this.check('allReduce', values, () => allReduce(inPlace, values, values.length, type, how, this.world));
    return values;
  }

  allGather<T extends CollectiveArray>(values: T, into: T): T {
    const {allGather} = this.functions;
    const [type, {length}] = [this.typeOf(values), values];
    this.checkLength('allGather', into, values, this.size);
    this.check('allGather', values, () => allGather(values, length, type, into, length, type, this.world));
    return into;
  }

  reduceScatter<T extends CollectiveArray>(values: T, into: T, reduction: Reduction): T {
    const {reduceScatter} = this.functions;
    const [type, how] = [this.typeOf(values), this.reductions[reduction]];
    this.checkLength('reduceScatter', values, into, this.size);
    this.check('reduceScatter', values, () =>
      reduceScatter(values, into, into.length, type, how, this.world),
    );
    return into;
  }

  broadcast<T extends CollectiveArray>(values: T, root: number): T {
    const {broadcast} = this.functions;
    const type = this.typeOf(values);
    this.check('broadcast', values, () => broadcast(values, values.length, type, root, this.world));
    return values;
  }

  barrier(): void {
    this.check('barrier', undefined, () => this.functions.barrier(this.world));
  }

  abort(code: number): void {
    this.functions.abort(this.world, code);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.check('close', undefined, () => this.functions.close());
    this.isClosed = true;
  }

  private typeOf(values: CollectiveArray): number | bigint {
    return this.types[TYPES.indexOf(values.constructor.name as (typeof TYPES)[number])];
  }

  private checkLength(where: string, long: CollectiveArray, short: CollectiveArray, times: number): void {
    if (long.length === short.length * times && long.constructor === short.constructor) return;
    throw new Error(
      `${where}: the longer array must be a ${short.constructor.name} of ${short.length} × ${times} numbers, one block for each rank, ` +
        `but is a ${long.constructor.name} of ${long.length}.`,
    );
  }

  private check(where: string, values: CollectiveArray | undefined, call: () => number): void {
    const {rank, size} = this;
    if (this.isClosed) throw new Error(`${where}: the collective must not be closed yet, but is.`);
    const code = call();
    if (code === 0) return;
    const what = values === undefined ? '' : ` of ${values.length} numbers`;
    throw new Error(`${where}${what} on rank ${rank} of ${size}: ${this.textOf(code)}.`);
  }

  private textOf(code: number): string {
    return textFrom((text, length) => this.functions.errorText(code, text, length));
  }
}
