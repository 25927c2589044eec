import {type SimdKernels, simdParameters} from '../simdKernels.generated';
import {ARGUMENTS, controlBlock, PIECES, partsOf, word} from './controlBlock';
import type {KernelArguments, KernelName, KernelRunner, ThreadScratch} from './kernelRunner';
import type {WorkerTask} from './workerSource';
import type {WorkerThread} from './workerThread';

const kernels = Object.keys(simdParameters) as (keyof SimdKernels)[];

/** Looks at the control block before the program sleeps until the last pieces are done, and the milliseconds that they take. */
const LOOKS = 4000;
const LOOKING = 0.05;

/** Milliseconds that the program sleeps before it looks again whether a worker is lost. */
const SLEEP = 100;

/** Milliseconds without a piece done after which a worker counts as lost; a piece takes a few. */
const PATIENCE = 60_000;

const lostMessage = (reason: string) =>
  `wasm: a worker thread is lost: ${reason}. Start again, or use one thread: useBackend('wasm', {threads: 1}).`;

/** Whether this thread may sleep: that of a page may not. */
function maySleep(words: Int32Array): boolean {
  try {
    Atomics.wait(words, word.ended, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Workers with the SIMD kernels on the same memory as the program's. A job is one kernel and the arguments of its pieces, which the
 * program and the workers take one by one; the program waits for the last one.
 */
export class ThreadPool implements KernelRunner {
  readonly threads: number;
  private readonly block = partsOf(controlBlock());
  private readonly sleeps = maySleep(this.block.words);
  /** Why it cannot be used any more. */
  private lost: string | undefined;

  constructor(
    private readonly simd: SimdKernels,
    private readonly workers: WorkerThread[],
  ) {
    this.threads = workers.length + 1;
  }

  /** Gives the workers, which have started, the kernels and the memory. */
  async start(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<void> {
    const ready = this.workers.map(worker => worker.answer());
    for (const [i, worker] of this.workers.entries()) {
      const task: WorkerTask = {module, memory, block: this.block, kernels, slot: i + 1};
      worker.send(task);
    }
    await Promise.all(ready);
    for (const worker of this.workers) {
      worker.release(reason => {
        this.lost ??= reason;
      });
    }
  }

  /** Ends the workers. */
  end(): void {
    this.lost ??= 'the backend has been removed';
    Atomics.store(this.block.words, word.ended, 1);
    Atomics.add(this.block.words, word.job, 1);
    Atomics.notify(this.block.words, word.job);
    for (const worker of this.workers) worker.end();
  }

  run<Name extends KernelName>(
    name: Name,
    pieces: Omit<KernelArguments<Name>, 'scratch'>[],
    scratch?: ThreadScratch,
  ): void {
    for (let first = 0; first < pieces.length; first += PIECES) {
      this.runJob(name, pieces.slice(first, first + PIECES), scratch);
    }
  }

  private runJob(name: KernelName, pieces: object[], scratch?: ThreadScratch): void {
    const {words, error} = this.block;
    if (this.lost !== undefined) throw new Error(lostMessage(this.lost));
    const kernel = this.simd[name] as (args: object) => void;
    const given =
      scratch === undefined ? pieces : pieces.map(piece => ({...piece, scratch: scratch.address}));
    if (pieces.length === 1) {
      kernel(given[0]);
      return;
    }
    this.publish(name, given, scratch?.bytes ?? 0);
    try {
      for (;;) {
        const piece = Atomics.sub(words, word.left, 1) - 1;
        if (piece < 0) break;
        // Counted before it is done: it is this thread that waits.
        Atomics.add(words, word.done, 1);
        kernel(given[piece]);
      }
    } finally {
      // What nobody has taken is dropped, if a piece failed here; others may still work on theirs.
      const dropped = Math.max(0, Atomics.exchange(words, word.left, 0));
      this.wait(pieces.length - dropped, name);
    }
    if (Atomics.load(words, word.failed) === 1) {
      const reason = new TextDecoder().decode(error.slice(0, error.indexOf(0)));
      // As the same kernel throws it here: the memory may be damaged.
      throw new WebAssembly.RuntimeError(`wasm: ${name} failed on a worker thread: ${reason}.`);
    }
  }

  /** Writes a job down and wakes the workers. Pieces can be taken from the moment that `left` is written, so that comes last. */
  private publish(name: KernelName, pieces: object[], scratchBytes: number): void {
    const {words, table} = this.block;
    const parameters = simdParameters[name];
    for (const [i, piece] of pieces.entries()) {
      const values = piece as Record<string, number>;
      parameters.forEach((key, j) => {
        table[ARGUMENTS * i + j] = values[key];
      });
    }
    words[word.kernel] = kernels.indexOf(name);
    words[word.scratch] = scratchBytes;
    words[word.failed] = 0;
    words[word.count] = pieces.length;
    Atomics.store(words, word.done, 0);
    Atomics.store(words, word.left, pieces.length);
    Atomics.add(words, word.job, 1);
    Atomics.notify(words, word.job);
  }

  /** Waits until `count` pieces are done: awake for a moment, then asleep if this thread may. */
  private wait(count: number, name: KernelName): void {
    const {words} = this.block;
    let idle = 0;
    let before = -1;
    for (;;) {
      for (let look = 0; look < LOOKS; look++) {
        if (Atomics.load(words, word.done) >= count) return;
      }
      const done = Atomics.load(words, word.done);
      if (this.sleeps) Atomics.wait(words, word.done, done, SLEEP);
      idle = done === before ? idle + (this.sleeps ? SLEEP : LOOKING) : 0;
      before = done;
      if (idle > PATIENCE) {
        this.lost = `a piece of ${name} was not done after ${PATIENCE / 1000} seconds`;
        throw new WebAssembly.RuntimeError(lostMessage(this.lost));
      }
    }
  }
}
