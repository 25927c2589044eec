import * as tf from '@tensorflow/tfjs-core';
import {nodeModule} from '../nodeModule';
import {heapOf} from './heap';
import {isShared, simdModuleFor} from './simdModule';
import {startSharedInNode} from './threads/startSharedInNode';
import {ThreadPool} from './threads/threadPool';
import {startWorkers, type WorkerThread} from './threads/workerThread';

/** Threads that are used without being asked for at most: the largest share of a step that is not in parallel wants no more. */
const MOST_THREADS = 16;

const threadsFlag = 'WASM_HAS_MULTITHREAD_SUPPORT';

const inNode = () => tf.env().getBool('IS_NODE');

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** How many cores there are, at most {@link MOST_THREADS}. */
async function availableThreads(): Promise<number> {
  if (!inNode()) return Math.min(MOST_THREADS, globalThis.navigator?.hardwareConcurrency ?? 1);
  const {availableParallelism} = await nodeModule<{availableParallelism(): number}>('node:os');
  return Math.min(MOST_THREADS, availableParallelism());
}

/** Whether this platform lets threads share memory: Node does, a page if it is isolated. */
const sharesMemory = () =>
  typeof SharedArrayBuffer !== 'undefined' && (inNode() || globalThis.crossOriginIsolated === true);

/** The pool of a backend that computes on several threads. */
const pools = new WeakMap<tf.KernelBackend, ThreadPool>();

/** How many threads the wasm backend in use computes on. */
const threadsInUse = (): number => heapOf(tf.backend())?.threads ?? 1;

/** Lets the running backend compute on these workers and the program's own thread, and on no others; its end is theirs too. */
async function computeOn(workers: WorkerThread[]): Promise<void> {
  const backend = tf.backend();
  const heap = heapOf(backend);
  const module = heap && simdModuleFor(heap.memory);
  if (heap === undefined || module === undefined || !isShared(heap.memory)) {
    throw new Error('the memory of the backend that runs is not shared');
  }
  const pool = new ThreadPool(heap.simd, workers);
  await pool.start(module, heap.memory);
  heap.runOn(pool);
  const before = pools.get(backend);
  before?.end();
  pools.set(backend, pool);
  if (before !== undefined) return;
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    pools.get(backend)?.end();
    dispose();
  };
}

/** Starts the one-core build, or whatever the page's own build is. */
async function startAlone(): Promise<boolean> {
  if (inNode()) tf.env().set(threadsFlag, false);
  return tf.setBackend('wasm');
}

/** Starts workers, then the backend on shared memory; gives the reason if that fails. */
async function startThreads(threads: number): Promise<string | undefined> {
  let workers: WorkerThread[] = [];
  try {
    workers = await startWorkers(threads - 1);
    tf.env().set(threadsFlag, true);
    const started = inNode() ? await startSharedInNode() : await tf.setBackend('wasm');
    if (!started) throw new Error('the threaded build did not start');
    await tf.ready();
    await computeOn(workers);
    return undefined;
  } catch (error) {
    for (const worker of workers) worker.end();
    tf.env().set(threadsFlag, false);
    return messageOf(error);
  }
}

let starting: Promise<unknown> = Promise.resolve();

/**
 * Selects the wasm backend, on `threads` threads: by default all cores where memory can be shared. Where threads were to be had and do not
 * start, it runs on one core and says so.
 *
 * @returns Whether the backend runs.
 */
export async function startWasm(threads?: number): Promise<boolean> {
  const before = starting;
  const result = before.then(() => startNow(threads));
  starting = result.catch(() => undefined);
  return result;
}

async function startNow(threads?: number): Promise<boolean> {
  if ('wasm' in tf.engine().registry) {
    const selected = await tf.setBackend('wasm');
    if (threads !== undefined && selected && threadsInUse() !== threads) {
      const workers = await startWorkers(threads - 1);
      await computeOn(workers).catch(error => {
        for (const worker of workers) worker.end();
        throw new Error(
          `threads must be ${threadsInUse()}, as at the start of the backend, but is ${threads}: ${messageOf(error)}`,
        );
      });
    }
    return selected;
  }
  const wanted = threads ?? (sharesMemory() ? await availableThreads() : 1);
  if (wanted === 1) return startAlone();
  const reason = sharesMemory()
    ? await startThreads(wanted)
    : 'the page is not cross-origin isolated, so threads cannot share memory';
  if (reason === undefined) return true;
  console.warn(`useBackend: the wasm backend runs on one core: ${reason}.`);
  return startAlone();
}
